// The way of a process to its origin in a row with faults. A stopped origin takes nothing up; what a failing one
// answers is the origin's own business (OriginContext::failing).
#include <string>

#include "faults/faults.h"

namespace hitbench {
namespace {

class FaultyOrigin final : public Origin {
 public:
  FaultyOrigin(Loop& loop, FaultPoint& gate, const bool& dead, Origin& behind, bool outlives)
      : loop_(loop), gate_(gate), dead_(dead), behind_(behind), outlives_(outlives) {}

  Loaded load(Key key, Call& call) override {
    if (!passes(call)) return {};
    if (!outlives_) return behind_.load(key, call);
    const auto visit = begin(key, {}, call, [this](Visit& v) { v.loaded = behind_.load(v.key(), v.call); });
    loop_.wait(visit->done, kNever);
    call.value.swap(visit->call.value);
    call.injected = visit->call.injected;
    Loaded loaded = visit->loaded;
    if (loaded.status == Loaded::Status::found) loaded.value = call.value;
    return loaded;
  }

  Loaded inspect(Key key, Call& call) override { return behind_.inspect(key, call); }

  Committed store(Key key, uint64_t write_id, Bytes payload, Call& call) override {
    if (!passes(call)) return {};
    if (!outlives_) return behind_.store(key, write_id, payload, call);
    const auto visit = begin(key, payload, call, [this, write_id](Visit& v) {
      v.committed = behind_.store(v.key(), write_id, v.payload, v.call);
    });
    loop_.wait(visit->done, kNever);
    call.injected = visit->call.injected;
    return visit->committed;
  }

  Committed erase(Key key, uint64_t write_id, Call& call) override {
    if (!passes(call)) return {};
    if (!outlives_) return behind_.erase(key, write_id, call);
    const auto visit =
        begin(key, {}, call, [this, write_id](Visit& v) { v.committed = behind_.erase(v.key(), write_id, v.call); });
    loop_.wait(visit->done, kNever);
    call.injected = visit->call.injected;
    return visit->committed;
  }

 private:
  // A load or store while it is under way: it ends even if the process that asked dies meanwhile.
  struct Visit {
    Key key() const { return {id, text}; }
    uint64_t id;
    std::string text, payload;
    Call call;
    Loaded loaded;
    Committed committed;
    Event done;
  };

  bool passes(const Call& call) { return !dead_ && gate_.pass(loop_, call.deadline); }

  template <class Ask>
  std::shared_ptr<Visit> begin(Key key, Bytes payload, const Call& call, Ask ask) {
    auto visit = std::make_shared<Visit>();
    visit->id = key.id;
    visit->text = key.text;
    visit->payload = payload;
    visit->call.deadline = call.deadline;
    loop_.spawn_group([visit, ask] {
      ask(*visit);
      visit->done.set();
    });
    return visit;
  }

  Loop& loop_;
  FaultPoint& gate_;
  const bool& dead_;
  Origin& behind_;
  const bool outlives_;
};

}  // namespace

std::unique_ptr<Origin> Faults::wrap_origin(Loop& loop, const bool& dead, Origin& behind) {
  const bool outlives = loop.is_virtual() && has(Fault::Target::process, Fault::Action::kill);
  return std::make_unique<FaultyOrigin>(loop, origin_, dead, behind, outlives);
}

}  // namespace hitbench
