#include "app/performer.h"

#include <algorithm>

#include "verify/read_check.h"

namespace hitbench {
namespace {

// Without a single success for this long, and for so many timeouts of every client, a phase of operations is given up.
constexpr Duration kStuckAfter = std::chrono::seconds(5);
constexpr int kStuckTimeouts = 5;

}  // namespace

void Performer::begin(PhaseOutcome& outcome, int timed_one_in, Time start, bool may_get_stuck) {
  outcome_ = &outcome;
  timed_one_in_ = timed_one_in;
  last_success_ = start;
  failures_ = 0;
  may_get_stuck_ = may_get_stuck;
}

Time Performer::start_operation(ClientState& state, bool at_once) {
  // An operation that is not timed needs its start for expiries and timeouts only.
  const bool timed = state.until_timed <= 1;
  const bool has_reading = at_once && timed_one_in_ == 1;
  const Time start = timed && !has_reading ? access_.loop.now() : access_.loop.last_reading();
  state.client.started = start;
  state.client.set_deadline(start + access_.app.timeout);
  return start;
}

void Performer::perform(ClientState& state, const Operation& operation, Time due, bool was_idle) {
  ++state.done;
  switch (operation.action) {
    case Action::read:
      read(state, operation.key, due, was_idle);
      return;
    case Action::write:
      write(state, OperationKind::write, operation.key, due, was_idle);
      return;
    case Action::insert:
      write(state, OperationKind::write, operation.key, due, was_idle);
      access_.workload.inserted(operation.key);
      return;
    case Action::erase:
      write(state, OperationKind::erase, operation.key, due, was_idle);
      return;
    case Action::modify:
      return modify(state, operation.key, due, was_idle);
  }
}

// A retry is part of the same operation: its time counts into the response, its deadline is its own.
bool Performer::try_again(ClientState& state, int attempt) {
  if (attempt >= access_.app.retries) return false;
  state.client.set_deadline(access_.loop.now() + access_.app.timeout);
  ++outcome_->retries;
  return true;
}

Answer Performer::read(ClientState& state, uint64_t key, Time due, bool was_idle, bool writes_next) {
  const Key whole = access_.workload.key(key, state.key_text);
  Answer answer = access_.strategy.read(whole, state.client);
  for (int attempt = 0; answer.outcome == Outcome::failed && try_again(state, attempt); ++attempt) {
    answer = access_.strategy.read(whole, state.client);
  }
  Sample sample = judged(state, key, answer);
  sample.goes_on = writes_next && answer.outcome != Outcome::failed;
  finish(state, sample, due, was_idle);
  return answer;
}

void Performer::perform_batch(ClientState& state, Time due, bool was_idle) {
  const size_t count = state.batch.size();
  state.answers.assign(count, {});
  access_.strategy.read_many(state.batch, state.answers, state.client);
  for (size_t i = 0; i < count; ++i) {
    Answer& answer = state.answers[i];
    for (int attempt = 0; answer.outcome == Outcome::failed && try_again(state, attempt); ++attempt) {
      answer = access_.strategy.read(state.batch[i], state.client);
    }
  }
  state.done += count;
  const Time start = state.client.started, end = access_.loop.now();
  for (size_t i = 0; i < count; ++i) {
    Sample sample = judged(state, state.batch[i].id, state.answers[i]);
    sample.finished = end;
    if (is_timed(state)) time(sample, end, start, due, was_idle);
    record(sample, start);
  }
}

// What the answer counts as, and what the truth says of it.
Sample Performer::judged(ClientState& state, uint64_t key, const Answer& answer) {
  Sample sample{.kind = OperationKind::read,
                .end = answer.outcome,
                .corrupt = answer.corrupt,
                .injected = answer.injected,
                .reason = answer.cause,
                .load = answer.load};
  // The whole run's writes are in the table, so one look tells whether there is anything to judge.
  if (access_.write_table != nullptr && access_.write_table->written_keys() != 0) {
    sample.check = check_read(*access_.write_table, access_.has_origin, key, answer, state.client.started, state.seen);
  }
  return sample;
}

// Nothing can be made from a value that could not be read: then nothing is written.
void Performer::modify(ClientState& state, uint64_t key, Time due, bool was_idle) {
  const bool timed = state.until_timed <= 1;  // as its read is
  const Time start = state.client.started;
  const Answer base = read(state, key, due, was_idle, true);
  if (base.outcome == Outcome::failed) return;
  const bool ok = write(state, OperationKind::write, key, start_operation(state), false, base.write_id);
  if (!timed) return;
  Sample whole{.kind = OperationKind::modify, .ok = ok};
  time(whole, access_.loop.now(), start, due, was_idle);
  outcome_->recorder.record_latencies(whole);
}

bool Performer::write(ClientState& state, OperationKind kind, uint64_t key, Time due, bool was_idle,
                      std::optional<uint64_t> based_on) {
  const Key whole = access_.workload.key(key, state.key_text);
  // Unique over all processes; 0 is the value that a row has from the start.
  const uint64_t id = static_cast<uint64_t>(access_.process + 1) << 44 | ++last_write_;
  if (kind == OperationKind::write) access_.rows.payload(key, id, state.payload);
  const Time start = state.client.started;
  bool& injected = state.client.origin_call.injected;
  injected = false;
  const bool ok = attempt_write(state, {.key = key, .id = id, .started = start, .based_on = based_on}, [&] {
    return kind == OperationKind::erase ? access_.strategy.erase(whole, id, state.client)
                                        : access_.strategy.write(whole, {id, state.payload}, state.client);
  });
  Sample sample{.kind = kind, .ok = ok, .injected = !ok && injected};
  finish(state, sample, due, was_idle);
  return ok;
}

// However often it is tried, it is one write.
template <class Attempt>
bool Performer::attempt_write(ClientState& state, const WriteTable::Write& write, const Attempt& attempt) {
  WriteTable* const write_table = access_.write_table;
  if (write_table != nullptr) write_table->begin(write);
  bool ok = attempt();
  for (int tries = 0; !ok && try_again(state, tries); ++tries) ok = attempt();
  if (write_table != nullptr && ok) write_table->acknowledged(write, access_.loop.now());
  if (write_table != nullptr && !ok) write_table->gave_up(write);
  return ok;
}

// Which operations are timed. A random stride with the right mean: a fixed one could fall into step with the workload.
bool Performer::is_timed(ClientState& state) const {
  if (--state.until_timed > 0) return false;
  const auto mean = static_cast<uint64_t>(timed_one_in_);
  state.until_timed = mean == 1 ? 1 : static_cast<int>(1 + state.strategy_rng.below(2 * mean - 1));
  return true;
}

void Performer::finish(ClientState& state, Sample& sample, Time due, bool was_idle) {
  const Time start = state.client.started;
  sample.finished = start;
  if (is_timed(state)) time(sample, access_.loop.now(), start, due, was_idle);
  record(sample, start);
}

void Performer::time(Sample& sample, Time end, Time start, Time due, bool was_idle) {
  sample.finished = end;
  sample.response = end - due;
  sample.service = end - start;
  if (was_idle) sample.gen_late = start - due;
}

void Performer::record(const Sample& sample, Time start) {
  outcome_->recorder.record(sample);
  watch_for_stuck(sample.kind == OperationKind::read ? sample.end != Outcome::failed : sample.ok, start);
}

// A phase of so many operations would last for ever on a server that is gone, one timeout after the other.
void Performer::watch_for_stuck(bool ok, Time start) {
  if (ok) {
    last_success_ = start;
    failures_ = 0;
    return;
  }
  const uint64_t tries = uint64_t{kStuckTimeouts} * static_cast<uint64_t>(access_.clients);
  const Duration patience = std::max<Duration>(kStuckTimeouts * access_.app.timeout, kStuckAfter) + access_.outage;
  if (++failures_ >= tries && may_get_stuck_ && start - last_success_ > patience) outcome_->stuck = true;
}

}  // namespace hitbench
