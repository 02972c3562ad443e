#include "workload/trace/csv_layout.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "workload/trace/trace_numbers.h"

namespace hitbench {
namespace {

constexpr const char* kCsvRemedy =
    "write csv:time=1,key=2,op=3 or csv:time=timestamp,key=id: a column is a name from the first line or a number "
    "from 1; time (time_ms, time_us, time_ns), key, op, ttl, value_bytes, key_bytes, found, count; delimiter=tab, "
    "header=no";

constexpr std::array<std::string_view, kCsvColumns> kCsvColumnNames = {"time",        "key",       "op",    "ttl",
                                                                       "value_bytes", "key_bytes", "found", "count"};

constexpr std::array<std::pair<std::string_view, int64_t>, 3> kCsvTimeUnits = {
    {{"time_ms", 1'000'000}, {"time_us", 1'000}, {"time_ns", 1}}};

constexpr std::array<std::pair<std::string_view, char>, 5> kCsvDelimiters = {
    {{"comma", ','}, {"tab", '\t'}, {"semicolon", ';'}, {"space", ' '}, {"pipe", '|'}}};

std::vector<std::string> csv_option_names() {
  std::vector<std::string> names(kCsvColumnNames.begin(), kCsvColumnNames.end());
  for (const auto& [name, unit] : kCsvTimeUnits) names.emplace_back(name);
  for (const char* const name : {"delimiter", "header", "columns", "zero"}) names.emplace_back(name);
  return names;
}

[[noreturn]] void refuse_csv(const std::string& what) { throw usage_error("csv: " + what, kCsvRemedy); }

char csv_delimiter(std::string_view word) {
  for (const auto& [name, delimiter] : kCsvDelimiters) {
    if (word == name) return delimiter;
  }
  if (word.size() == 1 && word != "\"") return word[0];
  refuse_csv("delimiter=" + std::string(word) + ": one character, or comma, tab, semicolon, space or pipe");
}

bool csv_yes(std::string_view name, std::string_view word) {
  if (word == "yes" || word == "no") return word == "yes";
  refuse_csv(std::string(name) + "=" + std::string(word) + ": yes or no");
}

// False if `name` is no column.
bool take_column(CsvLayout& layout, std::string_view name, std::string_view value) {
  std::string_view column = name;
  for (const auto& [unit_name, unit] : kCsvTimeUnits) {
    if (name != unit_name) continue;
    layout.time_unit = Duration(unit);
    column = "time";
  }
  for (size_t i = 0; i < kCsvColumns; ++i) {
    if (column != kCsvColumnNames[i]) continue;
    if (!layout.columns[i].empty()) refuse_csv(std::string(column) + " is named twice");
    layout.columns[i] = value;
    return true;
  }
  return false;
}

void take_csv_option(CsvLayout& layout, std::optional<bool>& header, std::string_view name, std::string_view value) {
  if (name == "delimiter") {
    layout.delimiter = csv_delimiter(value);
  } else if (name == "header") {
    header = csv_yes(name, value);
  } else if (name == "columns") {
    const auto count = trace_number(value);
    if (!count || *count == 0 || *count > 1000) refuse_csv("columns=" + std::string(value) + ": 1 to 1000");
    layout.plain_columns = *count;
  } else if (name == "zero") {
    if (value != "miss") refuse_csv("zero=" + std::string(value) + ": miss");
    layout.zero_is_miss = true;
  } else if (!take_column(layout, name, value)) {
    refuse_csv("nothing is called '" + std::string(name) + "'." + did_you_mean(name, csv_option_names()));
  }
}

}  // namespace

CsvLayout parse_csv_layout(std::string_view text) {
  CsvLayout layout;
  std::optional<bool> header;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals + 1 == part.size()) {
      refuse_csv("'" + std::string(part) + "' has no '=' with a value behind it");
    }
    take_csv_option(layout, header, part.substr(0, equals), part.substr(equals + 1));
  }
  if (layout.columns[static_cast<size_t>(CsvColumn::key)].empty()) refuse_csv("which column is the key is not said");
  bool named = false;
  for (const std::string& column : layout.columns) named = named || (!column.empty() && !trace_number(column));
  if (named && header == false) refuse_csv("columns have names, but header=no");
  layout.header = header.value_or(named);
  return layout;
}

std::array<size_t, kCsvColumns> csv_indexes(const CsvLayout& layout, const std::vector<std::string>& header,
                                            const std::string& file) {
  std::array<size_t, kCsvColumns> indexes;
  indexes.fill(kNoColumn);
  const size_t most = header.empty() ? 1000 : header.size();
  for (size_t i = 0; i < kCsvColumns; ++i) {
    const std::string& column = layout.columns[i];
    if (column.empty()) continue;
    if (const auto number = trace_number(column)) {
      if (*number == 0 || *number > most) {
        refuse_csv(file + " has no column " + column + ": they count from 1 to " + std::to_string(most));
      }
      indexes[i] = *number - 1;
      continue;
    }
    for (size_t j = header.size(); j-- > 0;) {  // the first of equals
      if (header[j] == column) indexes[i] = j;
    }
    if (indexes[i] != kNoColumn) continue;
    std::string known;
    for (const std::string& name : header) add_part(known, "'" + name + "'");
    refuse_csv(file + " has no column '" + column + "'." + did_you_mean(column, header) + " It has " +
               known.substr(0, 300));
  }
  return indexes;
}

}  // namespace hitbench
