// Which metrics a comparison judges, which way is worse, and their practical-significance thresholds.
#pragma once

#include <string>
#include <vector>

#include "judge/verdict.h"
#include "metrics/result.h"
#include "stats/hodges_lehmann.h"

namespace hitbench {

// How a comparison decides: exactly, because nothing of the machine is in the figures, or by statistics.
enum class Mode { exact, statistical };

struct Criterion {
  // Counts grow with the run, peaks and sizes do not.
  enum class Kind { time, throughput, hit_ratio, failures, pace, count, other };

  std::string metric;  // in full, as metric() knows it
  Kind kind = Kind::time;
  double delta = 0.05;     // statistics: the practical-significance threshold
  double exact_delta = 0;  // the same where everything is exact
  bool tail = false;       // a high percentile: several times as noisy as the rest
  bool named = false;      // by the user: it is told of even where there is nothing to tell

  bool higher_is_better() const { return kind == Kind::throughput || kind == Kind::hit_ratio || kind == Kind::pace; }
  bool in_points() const { return kind == Kind::hit_ratio || kind == Kind::failures || kind == Kind::pace; }
  bool is_counter() const { return kind == Kind::count || kind == Kind::hit_ratio; }
};

// Added to both shares of failures before their ratio is taken: with the usual delta of 5 %, a share that was zero is
// worse from 0.1 % on, which is also what makes a row invalid, and one of 30 % from 31.6 % on.
inline constexpr double kSharesCount = 0.02;

// The metrics that a run is judged by, besides its failures, unless the user names some: those that it has.
std::vector<Criterion> default_criteria(const RunResult& run, Mode mode);

// "read.response.p99", "hit_ratio=10%". Throws Error{usage} for a metric that does not exist (with the nearest) or that
// says what was run and not how it went, and for a change that is none.
Criterion parse_criterion(const std::string& text);

// What is judged of a run, and how: the metrics that the user named, or the usual ones.
enum class Exact { nothing, counters, everything };
struct AppliedCriterion {
  Criterion criterion;
  Mode mode;
};
std::vector<AppliedCriterion> criteria_of(const RunResult& run, const std::vector<Criterion>& named, Exact exact);

// What is compared, lower being better: times as they are, hit ratios as misses, throughput as time per operation,
// counts per operation where `mode` is statistical. Nothing where it was not measured.
Maybe<double> cost_of(const RunResult& run, const Criterion& criterion, Mode mode);

// What a verdict shows of it: the value as metric() has it, counts per operation where `mode` is statistical.
Maybe<double> shown_of(const RunResult& run, const Criterion& criterion, Mode mode);

// The cost for one round of a run, where rounds have it.
Maybe<double> cost_of_round(const RunResult& run, const RoundResult& round, const Criterion& criterion);

// "value", "points" or "per operation".
std::string basis_of(const Criterion& criterion, Mode mode);

// What is known of an item before anything is measured.
VerdictItem new_item(const std::string& row, const Criterion& criterion, Mode mode);

// What was estimated of the logarithms of costs: the base's, and how far the candidate's is from it.
struct CostEstimate {
  double base = 0;
  Estimate change;
};

// The values that these costs stand for, and their change, which is that of the values shown: the candidate's is the
// base's, changed. Shares change in points, and so does the practical-significance threshold.
void set_values(const CostEstimate& estimate, const Criterion& criterion, Mode mode, VerdictItem& item);

// A worsening of the cost's logarithm as a change of the item, of which set_values() has set the base; never negative.
double worsening_of(double log, const Criterion& criterion, Mode mode, const VerdictItem& item);

// The change from the item's base to its candidate: in points or as a share of the base; nothing where that is 0.
Maybe<double> change_of(const VerdictItem& item);

inline constexpr const char* kNotMeasured = "not measured: no such part, or too few operations for this percentile";

}  // namespace hitbench
