// A line of comma-separated values (RFC 4180).
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "base/printable.h"

namespace hitbench {

// https://owasp.org/www-community/attacks/CSV_Injection; a negative number is none.
inline bool is_formula(const std::string& text) {
  if (text.empty() || std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos) return false;
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return *end != '\0';
}

class CsvLine {
 public:
  // A text that a spreadsheet would compute stands behind an apostrophe, which spreadsheets do not show.
  CsvLine& add(const std::string& words) {
    const std::string text = (is_formula(words) ? "'" : "") + printable(words);
    const bool quoted = text.find_first_of(",\"\r\n") != std::string::npos;
    std::string field;
    for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
    line_ += (first_ ? "" : ",") + (quoted ? "\"" + field + "\"" : field);
    first_ = false;
    return *this;
  }
  CsvLine& add(bool yes) { return add(std::string(yes ? "true" : "false")); }
  CsvLine& add(uint64_t number) { return add(fmt::format("{}", number)); }
  CsvLine& add(int64_t number) { return add(fmt::format("{}", number)); }
  CsvLine& add(double number) { return add(fmt::format("{}", number)); }
  template <class T>
  CsvLine& add(const std::optional<T>& value) {
    return value ? add(*value) : add(std::string());
  }
  CsvLine& add_empty(size_t fields) {
    for (size_t i = 0; i < fields; ++i) add(std::string());
    return *this;
  }
  std::string end() const { return line_ + "\r\n"; }

 private:
  std::string line_;
  bool first_ = true;
};

}  // namespace hitbench
