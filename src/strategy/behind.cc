// On a write, behind: the write is queued, the new value is set in the cache, and the write is acknowledged; a flusher
// brings what waits to the origin, the newest write of each key only (write-behind).
//
// Promise: a write costs a queue and a cache, and the origin sees at most one store a key and flush. Failures it
// allows: what waits is lost with whatever holds the queue: the process (queue_in process), or the cache's server,
// unless it logs every write (queue_in redis). Until the flush only those who see the queue or the cached entry get the
// new value: dirty reads, from the origin's view. Several processes with a queue each may flush their writes of one key
// in the wrong order, so that the older one stays: a lost write without any crash (queue_in redis has one order). Other
// processes' fills of an old row may overwrite the cached entry, and with queue_in redis this one's, too. Use it where
// writes come in bursts, or hit the same keys again and again, and the loss of `flush` of them can be borne. Source:
// Ghandeharizadeh and Nguyen, "Design, Implementation, and Evaluation of Write-Back Policy with Cache Augmented Data
// Stores", PVLDB 12(8), 2019: buffered writes, pinned, in the background.
//
// A flush begins when the oldest write has waited `flush`, when `batch` keys wait, or when a phase ends; its stores run
// at once. A slot is cleared only if it still holds the write that was stored. A store that fails is tried again with
// pauses, kAttempts times in all, then it is given up and counted. While the queue's server is down writes fail: one
// that went to the origin past the queue could be undone by an older one in it.
//
// What reads pay: with queue_in process a look into a table, and no round trip for keys that wait. With queue_in redis
// a second round trip on every miss.
#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/check.h"
#include "strategy/parts.h"
#include "strategy/process_queue.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

using std::chrono::milliseconds;

// Of one store, over all flushes, and of a queue on a server at the end. With the pauses below either may be away for
// 3.3 s: 10 + 20 + ... + 640 ms, then 1 s twice.
constexpr int kAttempts = 10;
constexpr Duration kFirstPause = milliseconds(10);
constexpr Duration kLongestPause = std::chrono::seconds(1);

// A queue on a server: how often a flusher looks for what other processes put there, and how long a flusher that went
// silent keeps the queue from the others.
constexpr Duration kLookEvery = milliseconds(100);
constexpr Duration kShortestLease = std::chrono::seconds(1);
// How often a writer that waits for room looks, for other processes make room, too.
constexpr Duration kRoomEvery = milliseconds(10);

enum class WhenFull { block, reject, sync, drop };

WhenFull when_full(const std::string& word) {
  if (word == "block") return WhenFull::block;
  if (word == "reject") return WhenFull::reject;
  return word == "sync" ? WhenFull::sync : WhenFull::drop;
}

Answer answer_of(const QueuedWrite& write) {
  return {.outcome = write.erased ? Outcome::null_hit : Outcome::fresh_hit,
          .found = !write.erased,
          .write_id = write.write_id};
}

class Behind final : public WritePath {
 public:
  Behind(const Params& params, const Composition& with)
      : steps_(with),
        tasks_(with.tasks),
        flush_every_(params.duration("flush")),
        lease_(std::max(kShortestLease, 2 * with.tasks.timeout() + kLookEvery)),
        batch_(static_cast<uint64_t>(params.integer("batch"))),
        most_(static_cast<uint64_t>(params.integer("queue"))),
        when_full_(when_full(params.text("when_full"))),
        in_process_(params.text("queue_in") == "process"),
        token_("flusher-" + std::to_string(with.context.process)) {
    if (in_process_) with.entries.pin([this](Key key) { return waiting_.find(key.id) != nullptr; });
  }

  Written apply(const Change& change, Client& client) override {
    switch (enqueue(change, client)) {
      case Queue::Put::coalesced:
        ++counts_.coalesced;
        [[fallthrough]];
      case Queue::Put::queued:
        ++counts_.queued;
        return show(change, client);
      case Queue::Put::full:
        return overflow(change, client);
      case Queue::Put::failed:
        break;
    }
    return Written::failed;
  }

  std::optional<Answer> pending(Key key, Client&) override {
    if (!in_process_) return std::nullopt;
    const QueuedWrite* const write = waiting_.find(key.id);
    return write == nullptr ? std::nullopt : std::optional(answer_of(*write));
  }

  std::optional<Answer> pending_on_miss(Key key, Client& client) override {
    if (in_process_) return std::nullopt;
    QueuedWrite write;
    if (queue(client).find(key, write, client.cache_call) != Queue::Sought::found) return std::nullopt;
    return answer_of(write);
  }

  void begin() override {
    counts_ = {};
    draining_ = false;
    pause_ = Duration{0};
    CHECK(tasks_.spawn([this](Client& task) { flush_until_drained(task); }));
  }

  void drain(Client&) override {
    draining_ = true;
    wake_.set();
    tasks_.drain();
  }

  std::optional<WriteQueueCounts> counts() const override { return counts_; }

 private:
  Queue& queue(Client& client) {
    if (in_process_) return waiting_;
    Queue* const on_server = client.cache->queue();
    CHECK(on_server != nullptr);  // the rule "queue-in-redis-needs-redis"
    return *on_server;
  }

  Queue::Put enqueue(const Change& change, Client& client) {
    const QueuedWrite write{.key = std::string(change.key.text),
                            .key_id = change.key.id,
                            .write_id = change.write_id,
                            .erased = !change.payload,
                            .payload = std::string(change.payload.value_or(Bytes()))};
    for (;;) {
      const Queue::Put put = queue(client).put(write, client.loop.now(), most_, client.cache_call);
      if (put == Queue::Put::queued) note_size(waiting_.size());
      if (put != Queue::Put::full || when_full_ != WhenFull::block) return put;
      const Time deadline = client.cache_call.deadline;
      room_.clear();
      client.loop.wait(room_, std::min(deadline, client.loop.now() + kRoomEvery));
      if (client.loop.now() >= deadline) return put;
    }
  }

  void note_size(uint64_t size) {
    counts_.peak = std::max(counts_.peak, size);
    if (size == 1 || size >= batch_) wake_.set();
  }

  // The new value for readers.
  Written show(const Change& change, Client& client) { return acknowledged_if_told(steps_.put(change, 0, client)); }

  Written overflow(const Change& change, Client& client) {
    if (when_full_ == WhenFull::sync) {
      const Committed done = steps_.commit(change, client);
      if (!done.ok) return Written::failed;
      return acknowledged_if_told(steps_.put(change, done.row_version, client));
    }
    if (when_full_ == WhenFull::drop) {
      ++counts_.dropped;
      return show(change, client);
    }
    ++counts_.rejected;
    return Written::failed;
  }

  void flush_until_drained(Client& task) {
    for (int silent = 0; silent < kAttempts;) {
      wake_.clear();
      tasks_.next_operation(task);
      const Time now = task.loop.now();
      const Time since = draining_ ? kNever : now - flush_every_;
      const Queue::Taken taken = queue(task).take({token_, lease_}, batch_, since, task.cache_call);
      counts_.peak = std::max(counts_.peak, taken.waiting);
      const bool unanswered = draining_ && taken.status == Queue::Taken::Status::failed;
      silent = unanswered ? silent + 1 : 0;
      if (draining_ && !unanswered && taken.waiting == 0) break;
      if (!unanswered && taken.writes.empty()) {
        task.loop.wait(wake_, next_look(taken, now));
      } else if (unanswered || !flush(taken.writes, task)) {
        pause(task);  // a queue's server that is dead refuses at once, and may be back in a moment
      } else {
        pause_ = Duration{0};
      }
    }
    tasks_.next_operation(task);
    queue(task).leave({token_, lease_}, task.cache_call);
  }

  // Not the event: neither new writes nor a phase's end make the other side answer sooner.
  void pause(Client& task) {
    pause_ = std::min(kLongestPause, std::max(kFirstPause, 2 * pause_));
    task.loop.sleep_until(task.loop.now() + pause_);
  }

  Time next_look(const Queue::Taken& taken, Time now) const {
    if (draining_) return now + kRoomEvery;
    const bool mine = taken.status == Queue::Taken::Status::yours;
    const Time due = mine && taken.oldest != kNever ? taken.oldest + flush_every_ : kNever;
    return in_process_ ? due : std::min(due, now + kLookEvery);
  }

  // False: a store failed, and waits for another attempt; or what was stored could not be taken out of the queue.
  bool flush(const std::vector<QueuedWrite>& writes, Client& task) {
    const Time begun = task.loop.now();
    const std::vector<char> stored = store_all(writes, task);
    std::vector<QueuedWrite> done;
    for (size_t i = 0; i < writes.size(); ++i) {
      if (stored[i] != 0) ++counts_.flushed;
      if (stored[i] != 0 || was_last_attempt(writes[i])) {
        attempts_.erase(writes[i].key_id);
        done.push_back(writes[i]);
      }
    }
    tasks_.next_operation(task);
    const bool settled = queue(task).settle(done, begun, task.cache_call);
    room_.set();
    return settled && done.size() == writes.size();
  }

  // At once, as one statement of many rows would be: the origin has a queue of its own.
  std::vector<char> store_all(const std::vector<QueuedWrite>& writes, Client& task) {
    std::vector<char> stored(writes.size(), 0);
    size_t left = writes.size();
    Event all;
    for (size_t i = 0; i < writes.size(); ++i) {
      const auto store = [&, i](Client& client) {
        stored[i] = steps_.commit(change_of(writes[i]), client).ok ? 1 : 0;
        if (--left == 0) all.set();
      };
      if (tasks_.spawn(store)) continue;
      tasks_.next_operation(task);
      store(task);
    }
    task.loop.wait(all, kNever);
    return stored;
  }

  static Change change_of(const QueuedWrite& write) {
    Change change{{write.key_id, write.key}, write.write_id, std::nullopt};
    if (!write.erased) change.payload = write.payload;
    return change;
  }

  bool was_last_attempt(const QueuedWrite& write) {
    Attempts& made = attempts_[write.key_id];
    if (made.write_id != write.write_id) made = {write.write_id, 0};
    if (++made.count < kAttempts) return false;
    ++counts_.failed;
    return true;
  }

  const WriteSteps steps_;
  Tasks& tasks_;
  const Duration flush_every_;
  const Duration lease_;  // longer than a flush's stores may take
  const uint64_t batch_, most_;
  const WhenFull when_full_;
  const bool in_process_;
  const std::string token_;

  ProcessQueue waiting_;  // queue_in process
  Event wake_;            // the flusher: there is something to see
  Event room_;            // writers that wait: something was settled
  bool draining_ = false;
  Duration pause_{0};  // after the last failure
  struct Attempts {
    uint64_t write_id = 0;
    int count = 0;
  };
  std::unordered_map<uint64_t, Attempts> attempts_;  // of stores that failed
  WriteQueueCounts counts_;
};

}  // namespace

std::unique_ptr<WritePath> make_behind(const Params& params, const Composition& with) {
  return std::make_unique<Behind>(params, with);
}

std::vector<Field> behind_fields() {
  return {
      {.name = "flush",
       .type = FieldType::duration,
       .fallback = "\"1s\"",
       .doc = "how long a write may wait before it is flushed",
       .min = 0,
       .min_excluded = true},
      {.name = "batch",
       .type = FieldType::integer,
       .fallback = "100",
       .doc = "this many waiting keys are flushed at once, and no more in one flush",
       .min = 1,
       .max = 10000},
      {.name = "queue",
       .type = FieldType::integer,
       .fallback = "10000",
       .doc = "the most keys that wait: of a process, or on the server",
       .min = 1},
      {.name = "when_full",
       .type = FieldType::text,
       .fallback = "\"block\"",
       .doc = "a write that finds the queue full waits, fails, goes to the origin, or is lost although acknowledged",
       .choices = {"block", "reject", "sync", "drop"}},
      {.name = "queue_in",
       .type = FieldType::text,
       .fallback = "\"process\"",
       .doc = "where writes wait: what holds them takes them along when it dies",
       .choices = {"process", "redis"}}};
}

}  // namespace hitbench
