#include "verify/read_judge.h"

#include "base/rng.h"

namespace hitbench {
namespace {

// A value whose row version is 0 came from its writer, who put it into the cache before the origin had it.
void judge_dirty(const KeyHistory::Judgement& judgement, const Answer& answer, ReadJudgement& read) {
  if (answer.row_version != 0 || answer.write_id == 0) return;
  if (judgement.found) {
    read.dirty = !judgement.confirmed;
  } else {
    read.unchecked = true;
  }
}

bool goes_back(const KeyHistory::Judgement& judgement, uint64_t key, uint64_t id, SeenWrites& seen) {
  SeenWrites::Seen& last = seen.of(key);
  const bool same_key = last.id != 0 && last.key == key;
  if (same_key && last.id != id && judgement.acknowledged < last.started) return true;
  if (judgement.found) last = {.key = key, .id = id, .started = judgement.started};
  return false;
}

}  // namespace

SeenWrites::Seen& SeenWrites::of(uint64_t key) {
  if (!seen_) seen_ = std::make_unique<std::array<Seen, kPlaces>>();
  return (*seen_)[mix64(key) % kPlaces];
}

ReadJudgement judge_read(const Truth& truth, bool has_origin, uint64_t key, const Answer& answer, Time began,
                         SeenWrites& seen) {
  if (answer.outcome == Outcome::failed || (!has_origin && answer.outcome == Outcome::miss)) return {};
  if (!truth.knows(key)) return {.unchecked = truth.overflowed()};
  const KeyHistory::Judgement judgement = truth.judge(key, answer.write_id, began);
  ReadJudgement read{.unchecked = !judgement.checked, .staleness = judgement.staleness};
  if (has_origin) judge_dirty(judgement, answer, read);
  read.non_monotonic = goes_back(judgement, key, answer.write_id, seen);
  return read;
}

}  // namespace hitbench
