// What the tables of a report are made of, for the files that make them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/sections.h"

namespace hitbench {

// One column of figures: its head, when it is left out, and the cell of a run.
struct Figure {
  std::vector<std::string> head;
  std::function<Cell(const RunResult&)> cell;
  int expendable = 0;
};

using Runs = std::vector<const RunResult*>;

Figure percentile(const LatencyResult RunResult::*kind, const std::string& word, const std::string& name,
                  Maybe<int64_t> Percentiles::*quantile, int expendable);

Cell share_cell(uint64_t part, uint64_t all);
Cell failed_cell(uint64_t failed, uint64_t all);  // a share; "0" where none did

// Of all operations, whatever their kind: what stands alongside it is of answers only.
Figure failed_figure();

Figure throughput_figure();
Maybe<double> loads_per_second(const RunResult& run);  // of the origin; nothing without one
Figure hit_figure();
// How many times quicker the mean read is than without a cache; where that can be told, as under "Does the cache pay?",
// and the origin alone keeps up.
// `all` must outlive it.
Figure factor_figure(const std::vector<MeasuredRow>& all);

Grid grid_of(const Group& group, const Runs& runs, const std::vector<Figure>& figures);

// A section without the columns that say nothing: those of dashes are left out, those of zeros named in its sentence.
Section telling_section(const std::string& title, const Group& group, const Runs& runs,
                        const std::vector<Figure>& figures);

// "closed loop", "open loop, poisson 2000/s / closed loop".
std::string loop_words(const Runs& runs);

Section certainty_section(const Group& group, const Runs& runs);

bool tells_recovery(const RunResult& run);
Section recovery_section(const Group& group, const Runs& runs);

}  // namespace hitbench
