#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/listed.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "registry.h"
#include "report/layout.h"
#include "scenario/scenario.h"

namespace hitbench {
namespace {

std::string describe_field(const Field& field, std::string_view prefix = "") {
  std::string line = fmt::format("      {:<14} {}", fmt::format("{}{}", prefix, field.name), field.doc);
  if (field.fallback.empty()) line += " (required)";
  if (!field.fallback.empty() && field.fallback != "null") line += fmt::format(" (default {})", field.fallback);
  if (!field.unavailable.empty()) line += fmt::format(" [{}]", field.unavailable);
  return line + "\n";
}

// Whether both have the same fields, whatever their defaults are.
bool is_preset_of(const RowInfo& row, const RowInfo& base) {
  const auto same = [](const Field& a, const Field& b) { return a.name == b.name && a.doc == b.doc; };
  return !row.fields.empty() &&
         std::equal(row.fields.begin(), row.fields.end(), base.fields.begin(), base.fields.end(), same);
}

// The first of its kind that it is a preset of, or null.
const RowInfo* base_of(const RowInfo& row, const ListedKind& kind) {
  for (const RowInfo* other : kind.rows) {
    if (other == &row) return nullptr;
    if (is_preset_of(row, *other)) return other;
  }
  return nullptr;
}

std::string describe_fields(const RowInfo& row, const RowInfo* base) {
  std::string text;
  for (size_t i = 0; i < row.fields.size(); ++i) {
    if (base == nullptr || row.fields[i].fallback != base->fields[i].fallback) text += describe_field(row.fields[i]);
  }
  if (base == nullptr) return text;
  return fmt::format("      (the fields of {}{})\n", base->name, text.empty() ? "" : ", with another default:") + text;
}

std::string describe_row(const RowInfo& row, const ListedKind& kind) {
  std::string text = fmt::format("  {:<14} {}", row.name, row.summary);
  if (!row.unavailable.empty()) text += fmt::format(" [{}]", row.unavailable);
  return text + "\n" + describe_fields(row, base_of(row, kind));
}

std::string describe_section(const ListedSection& section) {
  std::string text = fmt::format("{}: {}\n", section.name, section.summary);
  for (const ListedSection::Fields& group : section.groups) {
    for (const Field& field : group.fields) text += describe_field(field, group.prefix);
  }
  return text;
}

// All of a kind, or those of its rows that have this name.
std::string describe_kind(const ListedKind& kind, const std::string& name) {
  std::string rows;
  for (const RowInfo* row : kind.rows) {
    if (kind.name == name || row->name == name) rows += describe_row(*row, kind);
  }
  return rows.empty() ? "" : fmt::format("{}\n{}", kind.name, rows);
}

std::string describe(const std::string& name) {
  std::string text;
  for (const ListedKind& kind : listed_kinds()) text += describe_kind(kind, name);
  for (const ListedSection& section : listed_sections()) {
    if (section.name == name) text += describe_section(section);
  }
  if (!text.empty()) return text;
  throw usage_error("there is nothing called '" + name + "'." + did_you_mean(name, listed_names()),
                    "`hitbench list` prints the names");
}

std::string index_line(std::string_view name, size_t count, const std::string& names) {
  constexpr size_t kIndent = 16;
  const auto width = static_cast<size_t>(terminal_style().width);
  return paragraph(fmt::format("{:<11}{:>3}  ", name, count), names, width, kIndent);
}

std::string names_in(const ListedKind& kind) {
  if (kind.name == "rules") return "which parts go together: `hitbench list rules`";  // nobody types their names
  std::string names;
  for (const RowInfo* row : kind.rows) {
    const bool not_built = row->unavailable.starts_with("not built");
    add_part(names, fmt::format("{}{}", row->name, not_built ? " (not built)" : ""));
  }
  return names;
}

std::string index_of_all() {
  std::string text, sections;
  for (const ListedKind& kind : listed_kinds()) text += index_line(kind.name, kind.rows.size(), names_in(kind));
  for (const ListedSection& section : listed_sections()) add_part(sections, section.name);
  return text + index_line("sections", listed_sections().size(), sections) +
         "`hitbench list NAME` prints what any of these is, and its fields.\n";
}

}  // namespace

int list_command(const Options& options) {
  if (options.schema) {
    write_output("", scenario_schema(registry()));
  } else {
    write_output("", options.kind.empty() ? index_of_all() : describe(options.kind));
  }
  return 0;
}

}  // namespace hitbench
