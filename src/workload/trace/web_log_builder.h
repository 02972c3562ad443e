// Puts a layout together from fields and the texts between them, for web_log_layout.cc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workload/trace/web_log_layout.h"

namespace hitbench {

// Of several fields that say the same, the one that says it best counts: a host as asked for rather than as configured,
// a size without headers, a finer duration.
struct NamedWebField {
  std::string_view name;
  WebField field;
  int rank = 1;
};

class WebLayoutBuilder {
 public:
  void add_text(std::string_view text) { (pieces_.empty() ? before_ : pieces_.back().step.after) += text; }

  // `shape` is how its text looks, as far as it has blanks or other separators in it.
  void add_field(const NamedWebField& named, const std::string& spelled, std::string_view shape = "");

  // Of a time that Apache is told to log in pieces: %{%d/%b/%Y:%T}t.%{msec_frac}t.
  void add_time_piece(const NamedWebField& named, const std::string& spelled, std::string_view shape);

  // Before the next field.
  void skip_blanks() { skips_blanks_ = true; }

  // Throws Error{usage} where fields cannot be told from each other.
  WebLogLayout build();

 private:
  struct Piece {
    WebStep step;
    int rank = 1;
    std::string shape;
  };

  bool joins_last(WebField field, const std::string& spelled);
  bool is_outdone(const Piece& piece) const;
  bool has(WebField field) const;

  std::string before_;
  std::vector<Piece> pieces_;
  bool skips_blanks_ = false;
};

}  // namespace hitbench
