// On a write, double delete: the cached entry is deleted, the origin gets the new value, the write is acknowledged, and
// `delay` later the cached entry is deleted again.
//
// Promise: a stale value that was filled around the write goes after `delay`, not only when its TTL ends. Failures it
// allows: until then readers get it; a fill that comes later than the second delete stays; and a writer's process
// that dies takes its second deletes with it. `delay` must exceed the slowest reader's time from load to fill: it is
// a matter of odds. Use it where the order of delete-first cannot be changed. Source: "delayed double delete", folk
// practice; no paper that we know of.
//
// The second deletes of a process wait in one FIFO, for all have the same delay, and one background task walks it. A
// phase that ends does not wait the delay out: what is still there is deleted at once.
#include <deque>
#include <string>

#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class DoubleDelete final : public WritePath {
 public:
  DoubleDelete(const Params& params, const Composition& with)
      : steps_(with), delay_(params.duration("delay")), tasks_(with.tasks) {}

  Written apply(const Change& change, Client& client) override {
    const bool told = steps_.drop(change.key, client);
    const bool committed = steps_.commit(change, client).ok;
    // A write that failed may still have reached the origin.
    again_.push_back({client.loop.now() + delay_, change.key.id, std::string(change.key.text)});
    walk();
    return committed ? acknowledged_if_told(told) : Written::failed;
  }

  void drain(Client& client) override {
    tasks_.drain();
    // Only where no task was to be had.
    for (; !again_.empty(); again_.pop_front()) {
      tasks_.next_operation(client);
      steps_.drop(again_.front().key(), client);
    }
  }

 private:
  struct Again {
    Time due;
    uint64_t id;
    std::string text;
    Key key() const { return {id, text}; }
  };

  void walk() {
    if (walking_) return;
    walking_ = tasks_.spawn([this](Client& task) {
      while (!again_.empty()) {
        const Again next = std::move(again_.front());
        again_.pop_front();
        task.loop.wait(tasks_.ending(), next.due);
        tasks_.next_operation(task);
        steps_.drop(next.key(), task);
      }
      walking_ = false;
    });
  }

  const WriteSteps steps_;
  const Duration delay_;
  Tasks& tasks_;
  std::deque<Again> again_;
  bool walking_ = false;
};

}  // namespace

std::unique_ptr<WritePath> make_double_delete(const Params& params, const Composition& with) {
  return std::make_unique<DoubleDelete>(params, with);
}

std::vector<Field> double_delete_fields() {
  return {{.name = "delay",
           .type = FieldType::duration,
           .fallback = "\"500ms\"",
           .doc = "how long after the write the cached entry is deleted again; longer than the slowest load and fill",
           .min = 0,
           .min_excluded = true}};
}

}  // namespace hitbench
