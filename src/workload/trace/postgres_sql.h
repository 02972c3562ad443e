// SQL as far as a cache cares: which statements ask for the same.
#pragma once

#include <string>
#include <string_view>

namespace hitbench {

struct SqlStatement {
  std::string text;           // each run of blanks and comments is one blank; nothing at the ends, nor a semicolon
  std::string literals;       // its constants in their order, a blank before each
  std::string_view verb;      // the first word, into `text`
  bool changes_rows = false;  // INSERT, UPDATE, DELETE or MERGE is somewhere in it
};

// Reuses the memory of `statement`. Takes anything: what is not closed ends with the text.
void read_sql(std::string_view text, SqlStatement& statement);

}  // namespace hitbench
