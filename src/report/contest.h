// Which rows of a group are held against each other, and when a difference between two of them is real.
#pragma once

#include <string>
#include <vector>

#include "report/sections.h"

namespace hitbench {

bool is_virtual(const MeasuredRow& a, const MeasuredRow& b);

// Whether the difference is real: its interval excludes zero, or virtual time has no noise.
bool is_sure(const Maybe<Difference>& difference, bool virtual_time);

// Whether the row answered, whoever asked for its failures: times of the answers alone compare with nothing. `kind` is
// "read" or "write", here and below.
bool answers(const MeasuredRow& row, const std::string& kind);
std::string failed_words(const MeasuredRow& row, const std::string& kind);

// Why its times may not stand alongside those of others; empty if they may.
std::string why_left_out(const MeasuredRow& row, const std::string& kind);

// Rows with a cache that ran, or failed to; each name once. A row without an origin (strategy direct) loads nothing and
// would always win, so it competes only with its like.
std::vector<const MeasuredRow*> competitors(const Group& group, const std::vector<MeasuredRow>& all);

// Those of them that may win: valid ones whose mean was measured and that answered; the quickest first.
std::vector<const MeasuredRow*> contenders(const Group& group, const std::vector<MeasuredRow>& all,
                                           const std::string& kind);

// The group's row without a cache, if it may win.
const MeasuredRow* baseline_in(const Group& group, const std::vector<MeasuredRow>& all, const std::string& kind);

// Whether nothing about it is left to chance: as small as it is, it is real.
bool is_exactly_known(const Difference& difference, bool virtual_time);

// Whether `to` surely differs from `from`, and by a hundredth at least: less makes no difference to who has to choose.
bool differs(const MeasuredRow& from, const MeasuredRow& to, const std::string& metric);

// The first of them, which are in the order of this metric, and those that do not differ from it.
std::vector<const MeasuredRow*> quickest_of(const std::vector<const MeasuredRow*>& rows, const std::string& metric);

}  // namespace hitbench
