#include "cli/command_table.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/completion.h"
#include "cli/listed.h"
#include "registry.h"
#include "scenario/part_reader.h"

namespace hitbench {
namespace {

std::vector<std::string> part_words(std::string_view kind) { return usable_names(part_kind(registry(), kind)); }

std::vector<std::string> format_words(const std::string& behind) {
  std::vector<std::string> names;
  for (const ReportRow& row : registry().reports) names.push_back(std::string(row.name) + behind);
  return names;
}

// The words that may stand where the help has this form.
std::vector<std::string> words_of(const std::string& form) {
  if (form == "CACHE,...") return part_words("cache");
  if (form == "STRATEGY,...") return part_words("strategy");
  if (form == "ORIGIN") return part_words("origin");
  if (form == "KEYS") return part_words("keys");
  if (form == "FORMAT") return format_words("");
  if (form == "FORMAT=FILE") return format_words("=");
  if (form == "CLOCK") return {"real", "virtual"};
  if (form == "WORD") return {"inconclusive"};
  if (form == "NAME") return listed_names();
  if (form == "SHELL") return completion_shells();
  return {};
}

bool names_file(const std::string& form) {
  const std::vector<std::string> forms = {"FILE", "SCENARIO", "RESULT", "BASE CANDIDATE"};
  return std::find(forms.begin(), forms.end(), form) != forms.end();
}

std::vector<std::string> all_names(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

OptionEntry entry_of(const CLI::Option& option) {
  const std::string form = option.get_type_size() == 0 ? "" : option.get_type_name();
  return {
      .names = all_names(option),
      .help = option.get_description(),
      .fallback = option.get_default_str(),
      .group = option.get_group(),
      .value = {.form = form, .words = words_of(form), .is_list = form.ends_with(",..."), .is_file = names_file(form)},
      .repeatable = !form.empty() && option.get_multi_option_policy() != CLI::MultiOptionPolicy::Throw,
      .required = option.get_required()};
}

std::vector<OptionEntry> entries_of(const CLI::App& command, bool positional) {
  std::vector<OptionEntry> entries;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional() == positional && !option->get_group().empty()) entries.push_back(entry_of(*option));
  }
  return entries;
}

}  // namespace

CommandTable table_of(const CLI::App& app) {
  CommandTable table{.options = entries_of(app, false), .commands = {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    table.commands.push_back({.name = command->get_name(),
                              .help = command->get_description(),
                              .options = entries_of(*command, false),
                              .arguments = entries_of(*command, true)});
  }
  return table;
}

}  // namespace hitbench
