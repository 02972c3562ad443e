#include "verify/read_check.h"

#include "base/rng.h"

namespace hitbench {
namespace {

// A value whose row version is 0 came from its writer, who put it into the cache before the origin had it.
void check_dirty(const KeyHistory::Assessment& assessment, const Answer& answer, ReadCheck& read) {
  if (answer.row_version != 0 || answer.write_id == 0) return;
  if (assessment.found) {
    read.dirty = !assessment.confirmed;
  } else {
    read.unchecked = true;
  }
}

bool goes_back(const KeyHistory::Assessment& assessment, uint64_t key, uint64_t id, SeenWrites& seen) {
  SeenWrites::Seen& last = seen.of(key);
  const bool same_key = last.id != 0 && last.key == key;
  if (same_key && last.id != id && assessment.acknowledged < last.started) return true;
  if (assessment.found) last = {.key = key, .id = id, .started = assessment.started};
  return false;
}

}  // namespace

SeenWrites::Seen& SeenWrites::of(uint64_t key) {
  if (!seen_) seen_ = std::make_unique<std::array<Seen, kPlaces>>();
  return (*seen_)[mix64(key) % kPlaces];
}

ReadCheck check_read(const WriteTable& write_table, bool has_origin, uint64_t key, const Answer& answer, Time began,
                     SeenWrites& seen) {
  if (answer.outcome == Outcome::failed || (!has_origin && answer.outcome == Outcome::miss)) return {};
  if (!write_table.knows(key)) return {.unchecked = write_table.overflowed()};
  const KeyHistory::Assessment assessment = write_table.assess(key, answer.write_id, began);
  ReadCheck read{.unchecked = !assessment.checked, .staleness = assessment.staleness};
  if (has_origin) check_dirty(assessment, answer, read);
  read.non_monotonic = goes_back(assessment, key, answer.write_id, seen);
  return read;
}

}  // namespace hitbench
