#include "cli/manual.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace hitbench {
namespace {

// In the order in which they first appear.
std::vector<std::string> groups_of(const CommandEntry& command) {
  std::vector<std::string> groups;
  for (const OptionEntry& option : command.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  return groups;
}

const std::map<char, std::string> kEscapes = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
                                              {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}};

// Text that troff prints as it is: what it would make typographical stays what can be copied into a shell.
std::string troff(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    const bool starts_line = safe.empty() || safe.back() == '\n';
    if (c == '.' && starts_line) safe += "\\&";
    const auto special = kEscapes.find(c);
    safe += special == kEscapes.end() ? std::string(1, c) : special->second;
  }
  return safe;
}

std::string bold(const std::string& text) { return "\\fB" + troff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + troff(text) + "\\fR"; }

std::string sentence(const std::string& text) {
  std::string words = text;
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  const bool ended = words.ends_with('.') || words.ends_with('?') || words.ends_with('!');
  return troff(words) + (ended ? "\n" : ".\n");
}

// A paragraph with its name in front.
std::string item(const OptionEntry& option) {
  std::string head;
  for (const std::string& name : option.names) add_part(head, bold(name));
  if (!option.value.form.empty()) add_part(head, italic(option.value.form), " ");
  std::string text = ".TP\n" + head + "\n" + sentence(option.help);
  if (!option.fallback.empty()) text += fmt::format("Default: {}.\n", bold(option.fallback));
  return text;
}

std::string usage_of(const CommandEntry& command) {
  std::string usage = "hitbench " + command.name + " [OPTIONS]";
  for (const OptionEntry& argument : command.arguments) {
    usage += argument.required ? " " + argument.value.form : " [" + argument.value.form + "]";
  }
  return usage;
}

std::string section_of(const CommandEntry& command) {
  std::string text = fmt::format(".SS \"{}\"\n{}", troff(usage_of(command)), sentence(command.help));
  for (const OptionEntry& argument : command.arguments) text += item(argument);
  for (const std::string& group : groups_of(command)) {
    text += fmt::format(".PP\n{}\n", italic(group + ":"));
    for (const OptionEntry& option : command.options) {
      if (option.group == group) text += item(option);
    }
  }
  return text;
}

}  // namespace

std::string manual_page(const CommandTable& table, const ManualText& text) {
  std::string page = fmt::format(
      ".TH HITBENCH 1 \"\" \"{}\" \"User Commands\"\n"
      ".SH NAME\nhitbench \\- measure caches and caching strategies\n"
      ".SH SYNOPSIS\n{} {} [{}]\n"
      ".SH DESCRIPTION\n{}\n"
      ".SH OPTIONS\n",
      troff(text.version), bold("hitbench"), italic("COMMAND"), italic("OPTIONS"), troff(text.about));
  for (const OptionEntry& option : table.options) page += item(option);
  page += ".SH COMMANDS\n";
  for (const CommandEntry& command : table.commands) page += section_of(command);
  page += ".SH EXIT STATUS\n" + troff(text.exit_codes) + "\n";
  page += ".SH EXAMPLES\n.nf\n" + troff(text.examples) + ".fi\n";
  return page;
}

}  // namespace hitbench
