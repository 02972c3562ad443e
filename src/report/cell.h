// A table as data: typed cells under their columns. What a number looks like is decided once, in cell_text(); a
// renderer adds only alignment and markup.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/result.h"
#include "stats/interval.h"

namespace hitbench {

// What a cell's number is, and so how it is written. Shares and changes are fractions of 1, times are nanoseconds.
enum class CellUnit {
  text,           // no number
  count,          // "83,300"
  rate,           // "83,300", "52.4"
  ratio,          // "1.25"
  per_operation,  // "0.0821"
  factor,         // "12x", "26x slower"; with an interval "12x ±0.6", "26x ±2.1 slower"
  time,           // "2.40 ms"
  latency,        // of a histogram: "2.40 ms", ">60 min"
  size,           // "64.0 MiB"
  share,          // "91.8 %"
  percent,        // "91.8", under a head that has the sign
  spread,         // "±3.1 %"
  change,         // "+24 [+15, +31] %"
  points,         // "-12.0 [-13.1, -10.9] points"
  change_size,    // "24 %"
  points_size,    // "12.0 points"
  headroom,       // "+35 %", ">1000 %", "far over"
  p_value,        // "0.0213", "<0.0001"
  bar,            // a share of a limit, drawn; 1 is the limit, which stands in the middle
  blocks,         // a share of the largest, drawn
  metric,         // whatever the cell's metric is measured in
};

enum class Mark {
  none,
  machine,  // "~": this machine's figure rather than the server's
  invalid,  // "! ": not to be trusted
};

struct Cell {
  std::string text;  // of CellUnit::text
  Maybe<double> value;
  CellUnit unit = CellUnit::text;
  std::string metric;        // of CellUnit::metric
  Maybe<int> decimals;       // of a share, where the usual ones would not show a difference
  Maybe<Interval> interval;  // without a value: the interval is the figure
  Mark mark = Mark::none;
  std::string note;          // stands after the figure: "(exact)"
  bool is_indented = false;  // it belongs to the row above
};

inline constexpr const char* kNothing = "-";  // not measured, or too few samples

const char* mark_text(Mark mark);
std::string cell_text(const Cell& cell);

Cell text_cell(const std::string& text);
Cell nothing_cell();
Cell number_cell(Maybe<double> value, CellUnit unit);
Cell metric_cell(Maybe<double> value, const std::string& metric);
Cell count_cell(Maybe<uint64_t> count);
Cell time_cell(Maybe<double> ns);
Cell time_cell(Maybe<int64_t> ns);
Cell latency_cell(Maybe<double> ns);
Cell latency_cell(Maybe<int64_t> ns);

struct Column {
  std::vector<std::string> head;  // its lines, from top to bottom; the last stands just above the figures
  int expendable = 0;             // 0: always shown; otherwise the highest goes first where the terminal is narrow
  bool starts_left = false;       // aligned to the left, like the first
};

// The first column is left-aligned text that may be shortened, the others are right-aligned figures.
struct Grid {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // as many cells as columns
};

}  // namespace hitbench
