// The charts of an HTML page: what of a result or a verdict they draw, and the figures that they draw as a table.
#pragma once

#include <string>
#include <vector>

#include "judge/verdict.h"
#include "metrics/result.h"
#include "report/cell.h"
#include "report/sections.h"

namespace hitbench::html {

struct Panel {
  std::string title;
  std::string svg;
};

struct LegendEntry {
  std::string sample, text;  // `sample` is SVG
};

struct Chart {
  std::string id, title;
  std::string note;  // how to read it
  std::vector<LegendEntry> legend;
  std::vector<Panel> panels;
  Grid table;
  bool leads = false;  // what the run was made for: open, whatever else is
};

// Rows that ran, in the order of the report. A row has the same series, and so the same color, in every chart.
using DrawnRows = std::vector<const RunResult*>;

// Of which rows, those that may be compared with each other.
using Groups = std::vector<Group>;

struct RowsAndGroups {
  DrawnRows rows;
  Groups groups;
};

// Each is empty where the rows have nothing of the kind.
std::vector<Chart> charts_of(const Result& result, const RowsAndGroups& drawn);
std::vector<Chart> charts_of(const Verdict& verdict);

}  // namespace hitbench::html
