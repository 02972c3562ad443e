// How a line of a web log is put together, as the server's configuration says: nginx' log_format, Apache's LogFormat,
// goaccess' log-format, or the columns of the directive "#Fields:".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workload/trace/web_fields.h"

namespace hitbench {

struct WebStep {
  WebField field = WebField::ignored;
  std::string name = {};      // as the layout spells it: [$time_local]
  std::string after = {};     // the text that ends the field; empty: it is the line's last
  size_t passes = 0;          // how many times the field itself contains the first character of `after`
  bool keeps_after = false;   // the next field starts with it
  bool skips_blanks = false;  // before the field
  bool is_list = false;       // may contain ", " and " : "
  bool is_column = false;     // may be quoted, and then contain `after`
};

struct WebLogLayout {
  std::string before = {};  // what a line starts with
  std::vector<WebStep> steps = {};
};

// Also as pasted whole: "log_format main '...' '...';". Throws Error{usage} for what has no URI, or whose fields cannot
// be told from each other.
WebLogLayout parse_web_log_layout(std::string_view text);

// "date time cs-method cs-uri-stem": `between` is what separates the columns of a line. No steps if there is no URI.
WebLogLayout parse_web_log_columns(std::string_view names, char between);

}  // namespace hitbench
