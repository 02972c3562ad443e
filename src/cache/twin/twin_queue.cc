#include "cache/twin/twin_queue.h"

#include <chrono>

namespace hitbench {
namespace {

int64_t ms_of(Time time) { return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count(); }

// A script's answer outlives the call: the caller may have given up by the time the script runs.
class TwinQueue final : public Queue {
 public:
  explicit TwinQueue(RunScript run) : run_(std::move(run)) {}

  Put put(const QueuedWrite& write, Time now, uint64_t most, Call& call) override {
    const auto answer = std::make_shared<Put>(Put::failed);
    const bool ran = run_(
        call, [answer, write, now, most](TwinQueueData& data, Time) { *answer = data.put(write, ms_of(now), most); });
    return ran ? *answer : Put::failed;
  }

  Sought find(Key key, QueuedWrite& found, Call& call) override {
    struct Answer {
      bool found = false;
      QueuedWrite write;
    };
    const auto answer = std::make_shared<Answer>();
    const bool ran = run_(call, [answer, text = std::string(key.text)](TwinQueueData& data, Time) {
      answer->found = data.find(text, answer->write);
    });
    if (!ran) return Sought::failed;
    if (answer->found) found = std::move(answer->write);
    return answer->found ? Sought::found : Sought::nothing;
  }

  Taken take(const Taker& taker, uint64_t most, Time since, Call& call) override {
    const auto answer = std::make_shared<Taken>();
    const auto script = [answer, token = std::string(taker.token), lease = taker.lease, most, since](
                            TwinQueueData& data, Time now) {
      *answer = data.take(token, lease, most, ms_of(since), now);
    };
    return run_(call, script) ? std::move(*answer) : Taken{};
  }

  bool settle(std::span<const QueuedWrite> done, Time now, Call& call) override {
    if (done.empty()) return true;
    std::vector<std::pair<std::string, uint64_t>> writes;
    for (const QueuedWrite& write : done) writes.emplace_back(write.key, write.write_id);
    return run_(call, [writes, now](TwinQueueData& data, Time) { data.settle(writes, ms_of(now)); });
  }

  void leave(const Taker& taker, Call& call) override {
    run_(call, [token = std::string(taker.token)](TwinQueueData& data, Time now) { data.leave(token, now); });
  }

 private:
  const RunScript run_;
};

}  // namespace

Queue::Put TwinQueueData::put(const QueuedWrite& write, int64_t since_ms, uint64_t most) {
  const auto at = writes_.find(write.key);
  if (at != writes_.end()) {
    at->second.write = write;
    return Queue::Put::coalesced;
  }
  if (writes_.size() >= most) return Queue::Put::full;
  writes_.emplace(write.key, Waiting{write, since_ms});
  waiting_.emplace(since_ms, write.key);
  return Queue::Put::queued;
}

bool TwinQueueData::find(const std::string& key, QueuedWrite& found) const {
  const auto at = writes_.find(key);
  if (at != writes_.end()) found = at->second.write;
  return at != writes_.end();
}

Queue::Taken TwinQueueData::take(const std::string& token, Duration lease, uint64_t most, int64_t since_ms, Time now) {
  Queue::Taken taken{.status = Queue::Taken::Status::anothers, .waiting = waiting_.size()};
  if (!owner_.empty() && now < lease_end_ && owner_ != token) return taken;
  owner_ = token;
  lease_end_ = now + lease;
  taken.status = Queue::Taken::Status::yours;
  if (waiting_.empty()) return taken;
  const int64_t oldest = waiting_.begin()->first;
  taken.oldest = Time(std::chrono::milliseconds(oldest));
  if (waiting_.size() < most && oldest > since_ms) return taken;
  for (auto at = waiting_.begin(); at != waiting_.end() && taken.writes.size() < most; ++at) {
    taken.writes.push_back(writes_.at(at->second).write);
  }
  return taken;
}

void TwinQueueData::settle(const std::vector<std::pair<std::string, uint64_t>>& done, int64_t since_ms) {
  for (const auto& [key, write_id] : done) {
    const auto at = writes_.find(key);
    if (at == writes_.end()) continue;
    waiting_.erase({at->second.since_ms, key});
    if (at->second.write.write_id == write_id) {
      writes_.erase(at);
    } else {
      at->second.since_ms = since_ms;
      waiting_.emplace(since_ms, key);
    }
  }
}

void TwinQueueData::leave(const std::string& token, Time now) {
  if (owner_ == token && now < lease_end_) owner_.clear();
}

std::unique_ptr<Queue> make_twin_queue(RunScript run) { return std::make_unique<TwinQueue>(std::move(run)); }

}  // namespace hitbench
