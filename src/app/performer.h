// Performs operations: calls the strategy, retries what failed, times it, records it. One for each application
// process, for all its clients.
#pragma once

#include <optional>

#include "app/client_state.h"
#include "app/phase.h"
#include "io/loop.h"
#include "scenario/scenario.h"
#include "strategy/strategy.h"
#include "verify/write_table.h"
#include "workload/workload.h"

namespace hitbench {

class Performer {
 public:
  struct Access {
    const AppSpec& app;
    int process;
    int clients;
    Loop& loop;
    Strategy& strategy;
    Workload& workload;
    const Rows& rows;
    WriteTable* write_table;  // null where the run does not verify
    bool has_origin;          // false: strategy direct
    int incarnation = 0;      // of the process: write ids go on where no dead one's are
    Duration outage{0};       // for so long the scenario itself keeps everything from succeeding
  };
  explicit Performer(const Access& access)
      : access_(access), last_write_(static_cast<uint64_t>(access.incarnation) << kWritesBits) {}

  // Samples go to `outcome` from here on. `may_get_stuck`: the phase is one of operations, which a dead server would
  // prolong for ever.
  void begin(PhaseOutcome& outcome, int timed_one_in, Time start, bool may_get_stuck);

  // The clock's reading; the client's deadline counts from it. `at_once`: nothing has run since the client's last
  // operation, whose end is this one's start.
  Time start_operation(ClientState& state, bool at_once = false);
  // `due`: when the operation was to begin; `was_idle`: its client waited for it. After start_operation.
  void perform(ClientState& state, const Operation& operation, Time due, bool was_idle);
  // The reads of state.batch at once; each one's response is that of all. `keys`, their texts in state.key_texts.
  void perform_batch(ClientState& state, Time due, bool was_idle);
  // For phases that do not record: whether anything succeeds at all.
  void watch_for_stuck(bool ok, Time start);

 private:
  // `writes_next`: it is the first half of a modify.
  Answer read(ClientState& state, uint64_t key, Time due, bool was_idle, bool writes_next = false);
  Sample judged(ClientState& state, uint64_t key, const Answer& answer);
  // Whether it was acknowledged. `based_on`: the write whose value this one was made from.
  [[gnu::noinline]] bool write(ClientState& state, OperationKind kind, uint64_t key, Time due, bool was_idle,
                               std::optional<uint64_t> based_on = std::nullopt);
  [[gnu::noinline]] void modify(ClientState& state, uint64_t key, Time due, bool was_idle);
  template <class Attempt>
  bool attempt_write(ClientState& state, const WriteTable::Write& write, const Attempt& attempt);
  bool is_timed(ClientState& state) const;
  void finish(ClientState& state, Sample& sample, Time due, bool was_idle);
  static void time(Sample& sample, Time end, Time start, Time due, bool was_idle);
  void record(const Sample& sample, Time start);
  [[gnu::noinline]] bool try_again(ClientState& state, int attempt);

  // A process' ids have 44 bits: an incarnation writes 2^36 times at most, and there are 256 of them.
  static constexpr int kWritesBits = 36;

  const Access access_;
  PhaseOutcome* outcome_ = nullptr;
  int timed_one_in_ = 1;
  bool may_get_stuck_ = false;
  Time last_success_{};
  uint64_t failures_ = 0;  // since then
  uint64_t last_write_;
};

}  // namespace hitbench
