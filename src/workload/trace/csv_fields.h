// The fields of one record of a CSV file (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

class CsvFields {
 public:
  // False, and wrong() says why, where quotes are not as they should be. The fields are valid until the next call, and
  // as long as `record` is there.
  bool split(std::string_view record, char delimiter);
  // Quotes are characters as any other.
  bool split_plain(std::string_view record, char delimiter);

  const std::vector<std::string_view>& all() const { return fields_; }
  const std::string& wrong() const { return wrong_; }

 private:
  bool take_quoted(std::string_view& rest);
  bool refuse(const char* why);

  std::vector<std::string_view> fields_;
  std::string unquoted_;  // of fields with doubled quotes
  std::string wrong_;
};

}  // namespace hitbench
