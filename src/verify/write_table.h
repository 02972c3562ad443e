// The write history: what was written, when it was acknowledged, and so which answers were stale. One table in shared
// memory behind all application processes of a row, made before they are forked. It learns of every write before its
// first byte moves and after its acknowledgement; it judges reads at their end. It accuses nobody wrongly: see
// KeyHistory. What it cannot know it says it cannot.
//
// A read of a run without writes costs one look at a shared counter, of a key that was never written one probe; nobody
// ever waits while holding a lock of the table.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "io/shared_memory.h"
#include "verify/key_history.h"

namespace hitbench {

class WriteTable {
 public:
  struct Size {
    uint64_t keys = 0;     // that may be written; more than kMostKeys are not kept
    uint64_t clients = 1;  // over all processes: how many writes may be under way at once
    bool counts = false;   // the run modifies: it counts lost updates
  };
  static constexpr uint64_t kMostKeys = uint64_t{1} << 20;

  explicit WriteTable(const Size& size);
  ~WriteTable();
  WriteTable(const WriteTable&) = delete;
  WriteTable& operator=(const WriteTable&) = delete;

  struct Write {
    uint64_t key = 0;
    uint64_t id = 0;  // unique over all processes; not 0
    Time started{};
    std::optional<uint64_t> based_on;  // modify: the write whose value was read; counts one more than that
  };
  // Each begun write ends in exactly one of the two others.
  void begin(const Write& write);
  void acknowledged(const Write& write, Time now);
  void gave_up(const Write& write);
  // The origin has confirmed it.
  void committed(uint64_t key, uint64_t id);

  // False: the key was never written, and the answer needs no judgment.
  bool knows(uint64_t key) const;
  KeyHistory::Assessment assess(uint64_t key, uint64_t id, Time began) const;

  // Writes (and their keys) that had no room: reads of keys that are not known cannot be judged.
  bool overflowed() const;

  // After the run, for one key: what it means that the origin has write `final_id`.
  struct Losses {
    bool checked = true;
    uint64_t writes = 0;
    uint64_t updates = 0;  // acknowledged modifies that the final value does not count, in addition to lost writes
  };
  Losses losses(uint64_t key, uint64_t final_id) const;
  void for_each_written(const std::function<void(uint64_t)>& each) const;
  uint64_t written_keys() const;
  // True for the first caller, over all processes, that marks this key in this pass (0 to 7).
  bool mark_once(uint64_t key, int pass);

 private:
  struct Head;
  struct Slot;
  struct Record;
  struct Counter;
  struct RecordRef;  // of a key: its stripe, and where its record lies

  std::optional<RecordRef> find(uint64_t key) const;
  Record* enter(uint64_t key);
  KeyHistory history(Record& record) const;
  uint64_t stripe_of(uint64_t key) const;
  Counter* counter(uint64_t key, uint64_t id) const;
  uint64_t count_of(const Record& record, uint64_t id) const;

  const uint64_t records_per_stripe_;
  const uint64_t slots_per_stripe_;  // a power of two
  const uint64_t writes_per_key_;
  const bool counts_;
  const SharedMapping mapping_;
  Head* head_;
  Slot* slots_;
  Counter* counters_;
  char* records_;
};

}  // namespace hitbench
