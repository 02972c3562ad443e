// Which columns of a CSV file say what: "time=timestamp,key=key,op=op,delimiter=tab".
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace hitbench {

enum class CsvColumn { time, key, op, ttl, value_bytes, key_bytes, found, count };
inline constexpr size_t kCsvColumns = 8;

struct CsvLayout {
  // By CsvColumn: a name that the header has, or a number from 1; empty if there is none.
  std::array<std::string, kCsvColumns> columns;
  Duration time_unit = std::chrono::seconds(1);
  char delimiter = ',';
  bool header = false;
  // Where this is not 0, fields have no quotes, and a line with more of them has delimiters in its key.
  size_t plain_columns = 0;
  bool zero_is_miss = false;  // a value of 0 bytes that was read was not there
};

// Throws Error{usage} for a layout that says something else, or does not say which column is the key.
CsvLayout parse_csv_layout(std::string_view text);

// By CsvColumn: the index of each, or kNoColumn. `header` has the names of the columns, if there are any. Throws
// Error{usage} for a name that is not among them.
inline constexpr size_t kNoColumn = static_cast<size_t>(-1);
std::array<size_t, kCsvColumns> csv_indexes(const CsvLayout& layout, const std::vector<std::string>& header,
                                            const std::string& file);

}  // namespace hitbench
