// Text on a terminal: widths in columns rather than bytes, paragraphs that wrap, tables that align. Knows nothing of
// results.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.h"
#include "report/cell.h"

namespace hitbench {

// Columns that a terminal needs for UTF-8 text: none for combining marks and color sequences, two for the wide East
// Asian blocks, one for the rest.
size_t display_width(std::string_view text);

// At most `width` columns; what does not fit is cut out of the middle, since the two ends of a row's name tell most.
std::string shorten(const std::string& text, size_t width);

std::string pad_left(const std::string& text, size_t width);   // right-aligned
std::string pad_right(const std::string& text, size_t width);  // left-aligned

// A paragraph that starts with `lead` and whose further lines are indented by `indent` blanks; ends in a newline. A
// word wider than a line is cut into pieces. `text` may come from anybody: it is made printable.
std::string paragraph(const std::string& lead, std::string_view text, size_t width, size_t indent);

// With what our own words have beyond ASCII spelled in it: "us", "+/-", bars of '#', a dot for what is cut out. What a
// user wrote stays.
std::string as_ascii(std::string_view text);

// The colors that reports use. Nothing is colored unless `on`.
struct Paint {
  bool on = false;
  std::string bold(const std::string& text) const { return wrap("1", text); }
  std::string red(const std::string& text) const { return wrap("31", text); }
  std::string green(const std::string& text) const { return wrap("32", text); }
  std::string yellow(const std::string& text) const { return wrap("33", text); }

 private:
  std::string wrap(const char* code, const std::string& text) const;
};

struct PrintedGrid {
  std::string text;
  std::vector<std::string> left_out;  // heads of the columns that did not fit
};
// What stands in its cells is made printable.
PrintedGrid print_grid(const Grid& grid, size_t width, const Paint& paint, bool utf8 = true);

}  // namespace hitbench
