#include "engine/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/units.h"
#include "engine/steadiness.h"
#include "engine/validity.h"
#include "metrics/summary.h"
#include "scenario/warmup.h"
#include "stats/quantile.h"

namespace hitbench {
namespace {

constexpr double kOnePoint = 0.01;
constexpr size_t kBlocks = 8;  // that the seconds are put together to, four in each half
constexpr size_t kFewestBlocks = 4;
constexpr double kSeldom = 0.02;  // that noise alone is taken for a move

struct Block {
  uint64_t reads = 0, hits = 0;
  double ratio() const { return static_cast<double>(hits) / static_cast<double>(reads); }
};

std::vector<Block> blocks_of(const std::vector<SecondResult>& series) {
  std::vector<Block> blocks;
  const size_t size = series.size(), count = std::min(size, kBlocks);
  for (size_t b = 0; b < count; ++b) {
    const size_t begin = b * size / count, end = (b + 1) * size / count;
    Block block;
    for (const SecondResult& second : std::span(series).subspan(begin, end - begin)) {
      block.reads += second.reads;
      block.hits += second.hits;
    }
    if (block.reads > 0) blocks.push_back(block);
  }
  return blocks;
}

struct Half {
  double mean = 0, variance = 0;  // of the mean
  uint64_t reads = 0, hits = 0;
};

// The variance from how neighbors differ (von Neumann: half the mean square of their differences is that of a block):
// what moves within a half, as a ratio does that climbs again after a fall, is no noise.
Half half_of(std::span<const Block> blocks) {
  Half half;
  const auto count = static_cast<double>(blocks.size());
  for (const Block& block : blocks) {
    half.mean += block.ratio() / count;
    half.reads += block.reads;
    half.hits += block.hits;
  }
  for (size_t i = 1; i < blocks.size(); ++i) {
    half.variance += std::pow(blocks[i].ratio() - blocks[i - 1].ratio(), 2) / (2 * (count - 1)) / count;
  }
  return half;
}

// So many standard deviations do two means of `blocks` independent ones each seldom differ by. A variance from the
// differences of neighbors scatters like one of 2 (n - 1)^2 / (3 n - 4) degrees of freedom; here there are two.
double factor_of(size_t blocks) {
  const auto n = static_cast<double>(blocks);
  const double degrees = 4 * (n - 1) * (n - 1) / (3 * n - 4);
  return student_quantile(1 - kSeldom / 2, static_cast<int>(degrees));
}

// Whether the halves, of so many blocks each, differ by more than one point, and by more than both kinds of noise
// explain: four standard deviations of a hit ratio of so many independent reads, and what blocks that scatter as these
// do seldom differ by.
bool moves(const Half& first, const Half& second, size_t blocks) {
  const double difference = std::fabs(first.mean - second.mean);
  const double ratio = static_cast<double>(first.hits + second.hits) / static_cast<double>(first.reads + second.reads);
  const double chance =
      ratio * (1 - ratio) * (1 / static_cast<double>(first.reads) + 1 / static_cast<double>(second.reads));
  return difference > kOnePoint && difference > 4 * std::sqrt(chance) &&
         difference > factor_of(blocks) * std::sqrt(first.variance + second.variance);
}

// What lets a ratio stand still that has not got there.
std::string to_stand_still(const RunResult& result) {
  return result.warmup.steady.has_value() ? "raise \"limit\" of \"warmup\", or measure longer"
                                          : "warm up until it is steady (\"warmup\": {\"until\": \"steady\"})";
}

void warn_of_moving(RunResult& result) {
  if (result.series.size() < kFewestBlocks) return;
  const std::vector<Block> blocks = blocks_of(result.series);
  if (blocks.size() < kFewestBlocks) return;
  const size_t half = blocks.size() / 2;
  const Half first = half_of(std::span(blocks).first(half)), second = half_of(std::span(blocks).last(half));
  if (!moves(first, second, half)) return;
  result.validity.warnings.push_back(
      {"hit-ratio-moved",
       fmt::format("its hit ratio still moved: {:.1f} % in the first half of the measuring, {:.1f} % in the "
                   "second; {}",
                   100 * first.mean, 100 * second.mean, to_stand_still(result))});
}

bool expires(const RowPlan& row, const RunResult& result) {
  const Duration ttl = row.usual_ttl();
  return ttl != kForever &&
         expiry_matters(ttl, row.scenario->workload.key_count, answered(result.reads), Duration(result.duration_ns));
}

// Absent and inserted keys are new for ever.
void warn_of_first_misses(const RowPlan& row, RunResult& result) {
  const uint64_t first = result.misses.first.value_or(0);
  const uint64_t reads = answered(result.reads);
  const WorkloadSpec& workload = row.scenario->workload;
  if (workload.absent.share > 0 || workload.mix.insert > 0 || 2 * first <= result.reads.miss) return;
  if (static_cast<double>(first) <= kHalfAPoint * static_cast<double>(reads)) return;
  // What was loaded beforehand is evicted in no order of use, and expires together: another wrong ratio.
  const bool changes =
      may_evict(*row.scenario, row.cache) || result.backend.evictions.value_or(0) > 0 || expires(row, result);
  const std::string remedy =
      changes ? to_stand_still(result) : "load the keys first (\"warmup\": {\"preload\": true}), or warm up for longer";
  result.validity.warnings.push_back(
      {"first-misses", fmt::format("{:.0f} % of its misses are of keys that nobody had asked for before: a cache that "
                                   "has run for longer has fewer of them; {}",
                                   100 * static_cast<double>(first) / static_cast<double>(result.reads.miss), remedy)});
}

// What is loaded at once expires at once: of one TTL there are only hits, and of the next the ratio climbs from
// nothing.
void warn_of_loaded_at_once(Duration ttl, Duration seen, RunResult& result) {
  result.validity.warnings.push_back(
      {"loaded-at-once",
       fmt::format("its entries were all loaded at once and live {}, so they expire together, and it was observed for "
                   "{}: its hit ratio is that of a fresh TTL, not of the long run; {}, or measure for {} at least",
                   spell_duration(ttl), format_duration(seen), to_stand_still(result), spell_duration(2 * ttl))});
}

// Half of the keys at least, all for the same time, and nothing reloads them before. Keys with TTLs of their own are
// taken for such that differ.
bool expires_together(const RowPlan& row) {
  constexpr double kMost = 0.5;
  const Params& strategy = row.strategy.params;
  const bool refreshes = strategy.has("refresh") && strategy.part("refresh").traits.reloads;
  const bool scatters = row.key_ttls || (strategy.has("ttl_jitter") && strategy.real("ttl_jitter") > 0);
  return row.has_origin && row.preloaded() >= kMost && !scatters && !refreshes;
}

void warn_of_long_ttl(const RowPlan& row, RunResult& result) {
  if (result.warmup.steady == false || !expires(row, result)) return;
  const Duration ttl = row.usual_ttl();
  const Duration seen = Duration(result.duration_ns + result.warmup.duration_ns.value_or(0));
  if (expires_together(row) && !result.warmup.steady.has_value()) {
    if (seen - ttl < ttl) warn_of_loaded_at_once(ttl, seen, result);
    return;
  }
  if (ttl <= seen) return;
  const bool virtual_time = row.scenario->virtual_clock;
  result.validity.warnings.push_back(
      {"long-ttl",
       fmt::format("{} live {}, and it was observed for {}: its hit ratio says little about expiry in the long run; "
                   "measure for longer than that{}",
                   row.key_ttls ? "most of its entries" : "its entries", spell_duration(ttl), format_duration(seen),
                   virtual_time ? "" : ", or in virtual time (\"clock\": \"virtual\")")});
}

}  // namespace

void warn_of_drift(const RowPlan& row, RunResult& result) {
  const bool told =
      row.has_cache && row.has_origin && !row.barrier() && row.scenario->faults.empty() && row.keys_doubt.empty();
  if (!told || !result.hit_ratio) return;
  warn_of_moving(result);
  if (*result.hit_ratio >= kFewHits) warn_of_first_misses(row, result);  // else that nothing hits says why
  warn_of_long_ttl(row, result);
}

}  // namespace hitbench
