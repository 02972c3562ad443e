#include "workload/workload.h"

#include <algorithm>
#include <array>
#include <deque>

#include "base/check.h"
#include "base/error.h"
#include "registry.h"
#include "workload/key_text.h"
#include "workload/recorded.h"

namespace hitbench {
namespace {

// What the checksum has of keys that are counted over the process.
constexpr uint64_t kCounted = kFirstAbsentKey - 1;

// Actions and their shares, added up: a uniform number picks the first that it is below.
class ActionPicker {
 public:
  explicit ActionPicker(const Mix& mix) {
    const std::array<std::pair<Action, double>, 5> shares{{{Action::read, mix.read},
                                                           {Action::write, mix.write},
                                                           {Action::erase, mix.erase},
                                                           {Action::insert, mix.insert},
                                                           {Action::modify, mix.modify}}};
    double sum = 0;
    for (const auto& [action, share] : shares) {
      if (share > 0) choices_[count_++] = {action, sum += share};
    }
    CHECK(count_ > 0);
    choices_[count_ - 1].below = 2;  // shares that do not quite add up to 1 must leave no gap
  }

  Action pick(double uniform) const {
    size_t i = 0;
    while (uniform >= choices_[i].below) ++i;
    return choices_[i].action;
  }

 private:
  struct Choice {
    Action action = Action::read;
    double below = 0;
  };
  std::array<Choice, 5> choices_;
  size_t count_ = 0;
};

class MixedWorkload final : public Workload {
 public:
  struct Keys {
    std::unique_ptr<KeyDistribution> all;
    std::unique_ptr<KeyDistribution> written;  // null: as `all`
    uint64_t count = 0;
  };
  MixedWorkload(const WorkloadSpec& spec, Keys keys, int process, int processes)
      : keys_(std::move(keys.all)),
        write_keys_(std::move(keys.written)),
        text_(spec, *keys_),
        actions_(spec.mix),
        absent_(spec.absent),
        count_(keys.count),
        process_(static_cast<uint64_t>(process)),
        processes_(static_cast<uint64_t>(processes)),
        insertable_(kInsertable / processes_) {}

  Operation next(Rng& rng, uint64_t position) override {
    const Action action = actions_.pick(rng.uniform());
    if (action == Action::insert) return {.action = action, .key = insert()};
    if (action == Action::read && absent_.share > 0 && rng.uniform() < absent_.share) {
      return {.action = action, .key = absent_key(rng)};
    }
    if (write_keys_ && (action == Action::write || action == Action::erase)) {
      // An order of writes counts the writes alone: it leaves no key out because a read came between.
      Operation operation = draw(action, *write_keys_, rng, written_++);
      if (write_keys_->in_order()) operation.drawn = kCounted;
      return operation;
    }
    return draw(action, *keys_, rng, position);
  }

  void inserted(uint64_t key) override {
    const uint64_t number = (key - count_) / processes_;
    const uint64_t place = (number + insertable_ - settled_ % insertable_) % insertable_;
    CHECK(place < ended_.size());
    ended_[place] = true;
    for (; !ended_.empty() && ended_.front(); ++settled_) ended_.pop_front();
  }

  Key key(uint64_t id, std::string& out) const override {
    text_.write(id, out);
    return {.id = id, .text = out};
  }

  uint64_t key_count() const override { return count_; }

 private:
  // Among the keys that this process knows: those from the start, then its own inserts.
  Operation draw(Action action, const KeyDistribution& keys, Rng& rng, uint64_t position) const {
    const uint64_t newest = count_ + existing();
    const uint64_t known = keys.next(rng, position * processes_ + process_, newest);
    return {.action = action,
            .key = known < count_ ? known : inserted_key(known - count_),
            .drawn = keys.from_newest() ? newest - known : 0};
  }

  uint64_t existing() const { return std::min(settled_, insertable_); }
  uint64_t inserted_key(uint64_t n) const { return count_ + n * processes_ + process_; }
  uint64_t insert() {
    ended_.push_back(false);
    return inserted_key(begun_++ % insertable_);
  }

  uint64_t absent_key(Rng& rng) {
    if (!absent_.unique) return kFirstAbsentKey + rng.below(absent_.keys);
    return kFirstAbsentKey + absent_read_++ * processes_ + process_;
  }

  const std::unique_ptr<KeyDistribution> keys_;
  const std::unique_ptr<KeyDistribution> write_keys_;
  const KeyText text_;
  const ActionPicker actions_;
  const Absent absent_;
  const uint64_t count_;
  const uint64_t process_;
  const uint64_t processes_;
  const uint64_t insertable_;  // keys that this process may add
  uint64_t begun_ = 0;         // inserts
  uint64_t settled_ = 0;       // those before the first one under way
  std::deque<bool> ended_;     // the rest: which have
  uint64_t written_ = 0;       // with keys of their own
  uint64_t absent_read_ = 0;
};

// Distributions know the field that they are usually for.
std::unique_ptr<KeyDistribution> make_write_keys(const Part& keys, uint64_t count, const Registry& registry) {
  try {
    return make_keys(keys, count, registry);
  } catch (const Error& error) {
    constexpr std::string_view kUsual = "workload.keys.";
    std::string what = error.what();
    if (what.starts_with(kUsual)) what.replace(0, kUsual.size(), "workload.write_keys.");
    throw usage_error(what, error.remedy());
  }
}

}  // namespace

uint64_t Workload::checksum(const Operation& operation, uint64_t stream, uint64_t position) {
  uint64_t key = std::min(operation.drawn != 0 ? operation.drawn : operation.key, kFirstAbsentKey);
  if (operation.action == Action::insert) key = kCounted;
  return mix64(mix64(stream ^ position) ^ (key * 8 + static_cast<uint64_t>(operation.action)));
}

std::unique_ptr<Workload> make_workload(const WorkloadSpec& spec, int process, int processes,
                                        const Registry& registry) {
  if (spec.keys.traits.recorded) {
    return make_recorded_workload(spec, {.process = process, .processes = processes}, registry);
  }
  MixedWorkload::Keys keys;
  keys.all = make_keys(spec.keys, spec.key_count, registry);
  keys.count = keys.all->own_keys() > 0 ? keys.all->own_keys() : spec.key_count;
  if (spec.write_keys) keys.written = make_write_keys(*spec.write_keys, keys.count, registry);
  return std::make_unique<MixedWorkload>(spec, std::move(keys), process, processes);
}

std::unique_ptr<KeyDistribution> make_keys(const Part& part, uint64_t count, const Registry& registry) {
  return row_named(registry.keys, part.type).make(part.params, count, registry);
}

std::unique_ptr<Arrivals> make_arrivals(const Part& part, const ProcessPlace& place, const Registry& registry) {
  return row_named(registry.arrivals, part.type).make(part.params, place, registry);
}

}  // namespace hitbench
