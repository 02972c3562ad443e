#include "report/layout.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace hitbench {
namespace {

constexpr size_t kIndent = 2;
constexpr size_t kGap = 2;
constexpr size_t kShortestName = 28;  // before names get shorter than this, expendable columns are left out

// Unicode Standard Annex 11, the blocks that matter: Hangul, CJK, full-width forms, emoji.
size_t columns_of(uint32_t code) {
  if (code >= 0x300 && code <= 0x36f) return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                    (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                    (code >= 0xff00 && code <= 0xff60) || (code >= 0x1f300 && code <= 0x1faff);
  return wide ? 2 : 1;
}

// The bytes of the longest start of `text` that fits into `width` columns.
size_t fitting(std::string_view text, size_t width) {
  size_t at = 0;
  while (at < text.size()) {
    const Character next = character_at(text, at);
    const size_t columns = columns_of(next.code);
    if (columns > width) break;
    width -= columns;
    at += next.bytes;
  }
  return at;
}

// A color sequence (ESC [ ... m) at this place, in bytes; 0 if there is none.
size_t sequence_at(std::string_view text, size_t at) {
  if (text.substr(at, 2) != "\033[") return 0;
  constexpr size_t kLongest = 16;  // "ESC [ 38;5;123 m" and the like
  const size_t end = text.substr(at, kLongest).find('m');
  return end == std::string_view::npos ? 0 : end + 1;
}

// "8.3 %" and "2.40 ms" stay on one line: a unit belongs to the number before it.
bool is_unit(std::string_view word) {
  word = word.substr(0, word.find_last_not_of(",;:.)") + 1);
  constexpr std::array<std::string_view, 10> kUnits{"%", "ns", "µs", "ms", "s", "min", "h", "B", "KiB", "MiB"};
  return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end();
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const bool after_number = !words.empty() && is_digit(words.back().back());
    if (after_number && is_unit(word)) {
      words.back() += " " + std::string(word);
    } else if (!word.empty()) {
      words.emplace_back(word);
    }
    at = end + 1;
  }
  return words;
}

size_t total(const std::vector<size_t>& widths) {
  return kIndent + std::accumulate(widths.begin(), widths.end(), size_t{0}) + kGap * (widths.size() - 1);
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    if (const size_t sequence = sequence_at(text, at); sequence > 0) {
      at += sequence;
      continue;
    }
    const Character next = character_at(text, at);
    width += columns_of(next.code);
    at += next.bytes;
  }
  return width;
}

std::string shorten(const std::string& text, size_t width) {
  const size_t all = display_width(text);
  if (all <= width) return text;
  if (width <= 1) return width == 0 ? "" : "…";
  const size_t head_bytes = fitting(text, width / 2);
  const size_t head = display_width(std::string_view(text).substr(0, head_bytes));
  size_t tail_bytes = head_bytes;
  for (size_t tail = all - head; tail > width - 1 - head;) {
    const Character next = character_at(text, tail_bytes);
    tail -= std::min(tail, columns_of(next.code));
    tail_bytes += next.bytes;
  }
  return text.substr(0, head_bytes) + "…" + text.substr(tail_bytes);
}

std::string pad_left(const std::string& text, size_t width) {
  const size_t own = display_width(text);
  return own >= width ? text : std::string(width - own, ' ') + text;
}

std::string pad_right(const std::string& text, size_t width) {
  const size_t own = display_width(text);
  return own >= width ? text : text + std::string(width - own, ' ');
}

namespace {

// The lines of a paragraph as they grow; widths are kept and not counted again, since a text may have megabytes.
class Lines {
 public:
  Lines(const std::string& lead, size_t width, size_t indent)
      : width_(width), indent_(indent), line_(lead), columns_(display_width(lead)) {}

  void add(std::string_view word) {
    size_t columns = display_width(word);
    if (!fresh_ && columns_ + 1 + columns > width_) next();
    if (fresh_ && columns_ > indent_ && columns_ + columns > width_) next();
    if (!fresh_) append(" ", 1);
    while (fresh_ && columns_ + columns > width_) {
      const size_t cut = std::max(fitting(word, width_ > indent_ ? width_ - indent_ : 1), character_at(word, 0).bytes);
      if (cut >= word.size()) break;
      const size_t taken = display_width(word.substr(0, cut));
      append(word.substr(0, cut), taken);
      columns -= std::min(columns, taken);
      word.remove_prefix(cut);
      next();
    }
    append(word, columns);
    fresh_ = false;
  }

  std::string end() {
    next();
    return std::move(done_);
  }

 private:
  void append(std::string_view text, size_t columns) {
    line_ += text;
    columns_ += columns;
  }
  void next() {
    done_ += without_trailing_blanks(std::move(line_)) + "\n";
    line_ = std::string(indent_, ' ');
    columns_ = indent_;
    fresh_ = true;
  }

  const size_t width_, indent_;
  std::string done_, line_;
  size_t columns_;
  bool fresh_ = true;  // nothing of the text is on this line yet
};

}  // namespace

std::string paragraph(const std::string& lead, std::string_view text, size_t width, size_t indent) {
  Lines lines(lead, width, indent);
  for (const std::string& word : words_of(printable(text))) lines.add(word);
  return lines.end();
}

std::string as_ascii(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kSpelled{{{"µ", "u"},
                                                                                    {"±", "+/-"},
                                                                                    {"…", "."},
                                                                                    {"→", "->"},
                                                                                    {"–", "-"},
                                                                                    {"█", "#"},
                                                                                    {"▏", ""},
                                                                                    {"▎", ""},
                                                                                    {"▍", ""},
                                                                                    {"▌", "="},
                                                                                    {"▋", "="},
                                                                                    {"▊", "="},
                                                                                    {"▉", "="}}};
  std::string ascii;
  while (!text.empty()) {
    const auto spelled =
        std::find_if(kSpelled.begin(), kSpelled.end(), [&](const auto& each) { return text.starts_with(each.first); });
    const bool found = spelled != kSpelled.end();
    ascii += found ? spelled->second : text.substr(0, 1);
    text.remove_prefix(found ? spelled->first.size() : 1);
  }
  return ascii;
}

std::string Paint::wrap(const char* code, const std::string& text) const {
  return on && !text.empty() ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
}

namespace {

// A grid whose cells are text.
struct TextGrid {
  const std::vector<Column>& columns;
  std::vector<std::vector<std::string>> rows;
};

TextGrid with_text(const Grid& grid, bool utf8) {
  TextGrid text{.columns = grid.columns, .rows = {}};
  for (const std::vector<Cell>& row : grid.rows) {
    std::vector<std::string>& cells = text.rows.emplace_back();
    for (const Cell& cell : row) {
      const std::string words = (cell.is_indented ? "  " : "") + printable(cell_text(cell));
      cells.push_back(utf8 ? words : as_ascii(words));
    }
  }
  return text;
}

std::vector<size_t> widths_of(const TextGrid& grid, const std::vector<size_t>& shown) {
  std::vector<size_t> widths;
  for (const size_t column : shown) {
    size_t widest = 0;
    for (const std::string& line : grid.columns[column].head) widest = std::max(widest, display_width(line));
    for (const std::vector<std::string>& row : grid.rows) widest = std::max(widest, display_width(row[column]));
    widths.push_back(widest);
  }
  return widths;
}

// Takes away the most expendable column that is still shown; false if there is none.
bool leave_one_out(const TextGrid& grid, std::vector<size_t>& shown) {
  const auto expendable = [&](size_t column) { return grid.columns[column].expendable; };
  const auto first =
      std::max_element(shown.begin(), shown.end(), [&](size_t a, size_t b) { return expendable(a) < expendable(b); });
  if (first == shown.end() || expendable(*first) == 0) return false;
  shown.erase(first);
  return true;
}

// `shown` are the columns of the cells and widths.
std::string line_of(const TextGrid& grid, const std::vector<size_t>& shown, const std::vector<std::string>& cells,
                    const std::vector<size_t>& widths) {
  std::string line(kIndent, ' ');
  const auto is_empty = [](const std::string& cell) { return cell.empty(); };
  if (std::all_of(cells.begin() + 1, cells.end(), is_empty)) {  // a group's title
    return line + shorten(cells.front(), total(widths) - kIndent);
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool left = i == 0 || grid.columns[shown[i]].starts_left;
    if (i > 0) line += std::string(kGap, ' ');
    const std::string cell = i == 0 ? shorten(cells[i], widths[i]) : cells[i];
    line += left ? pad_right(cell, widths[i]) : pad_left(cell, widths[i]);
  }
  return without_trailing_blanks(line);
}

std::string head_of(const TextGrid& grid, const std::vector<size_t>& shown, const std::vector<size_t>& widths,
                    const Paint& paint) {
  size_t lines = 0;
  for (const size_t column : shown) lines = std::max(lines, grid.columns[column].head.size());
  std::string text;
  for (size_t i = 0; i < lines; ++i) {
    std::vector<std::string> cells;
    for (const size_t column : shown) {
      const std::vector<std::string>& head = grid.columns[column].head;
      const size_t missing = lines - head.size();
      cells.push_back(i < missing ? "" : head[i - missing]);
    }
    text += paint.bold(line_of(grid, shown, cells, widths)) + "\n";
  }
  return text;
}

std::string words_of_head(const Column& column) {
  std::string words;
  for (const std::string& line : column.head) add_part(words, line, " ");
  return words;
}

}  // namespace

PrintedGrid print_grid(const Grid& typed, size_t width, const Paint& paint, bool utf8) {
  const TextGrid grid = with_text(typed, utf8);
  std::vector<size_t> shown(grid.columns.size());
  std::iota(shown.begin(), shown.end(), size_t{0});
  std::vector<size_t> widths = widths_of(grid, shown);
  const size_t name = std::min(widths[0], kShortestName);
  while (total(widths) - widths[0] + name > width && leave_one_out(grid, shown)) widths = widths_of(grid, shown);
  if (const size_t all = total(widths); all > width) widths[0] -= std::min(all - width, widths[0] - 1);
  PrintedGrid printed{.text = head_of(grid, shown, widths, paint), .left_out = {}};
  for (const std::vector<std::string>& row : grid.rows) {
    std::vector<std::string> cells;
    for (const size_t column : shown) cells.push_back(row[column]);
    printed.text += line_of(grid, shown, cells, widths) + "\n";
  }
  for (size_t i = 0; i < grid.columns.size(); ++i) {
    if (std::find(shown.begin(), shown.end(), i) == shown.end())
      printed.left_out.push_back(words_of_head(grid.columns[i]));
  }
  return printed;
}

}  // namespace hitbench
