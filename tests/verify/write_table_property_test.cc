// Random histories against a judge that keeps everything and compares every pair: the consistency checker may say less,
// but never anything else.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/rng.h"
#include "verify/write_table.h"

namespace hitbench {
namespace {

struct Past {
  uint64_t id;
  Time started;
  Time acknowledged = kNever;
  bool open = true;
  uint64_t based_on = 0;
  bool modifies = false;
};

// One key that several clients write and read. Writes take effect in the order of `order` (their origin).
class World {
 public:
  World(uint64_t seed, const WriteTable::Size& size) : rng_(seed), write_table_(size), clients_(size.clients) {}

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      now_ += Duration(static_cast<int64_t>(rng_.below(3)));  // ties happen
      switch (rng_.below(5)) {
        case 0:
        case 1:
          begin();
          break;
        case 2:
        case 3:
          end();
          break;
        default:
          read();
      }
      if (HasFatalFailure()) return;
    }
    audit();
  }

  int stale = 0, fresh = 0;

 private:
  static bool HasFatalFailure() { return testing::Test::HasFatalFailure(); }

  uint64_t any_value() {
    if (writes_.empty() || rng_.below(10) == 0) return 0;
    // Mostly young ones, as caches hold them; sometimes the oldest.
    const uint64_t back = rng_.below(rng_.below(4) == 0 ? writes_.size() : std::min<uint64_t>(writes_.size(), 12));
    return writes_[writes_.size() - 1 - back].id;
  }

  void begin() {
    if (static_cast<uint64_t>(std::count_if(writes_.begin(), writes_.end(), [](auto& w) { return w.open; })) >=
        clients_) {
      return;
    }
    const bool modifies = rng_.below(2) == 0;
    // Its clock was read a little before the table hears of it.
    const Time started = std::max(Time(Duration{1}), now_ - Duration(static_cast<int64_t>(rng_.below(3))));
    Past past{.id = writes_.size() + 1, .started = started, .based_on = any_value(), .modifies = modifies};
    write_table_.begin(as_write(past));
    writes_.push_back(past);
  }

  WriteTable::Write as_write(const Past& past) const {
    WriteTable::Write write{.key = 3, .id = past.id, .started = past.started};
    if (past.modifies) write.based_on = past.based_on;
    return write;
  }

  void end() {
    std::vector<Past*> open;
    for (Past& past : writes_) {
      if (past.open) open.push_back(&past);
    }
    if (open.empty()) return;
    Past& past = *open[rng_.below(open.size())];
    past.open = false;
    if (rng_.below(4) != 0) write_table_.committed(3, past.id);
    if (rng_.below(8) == 0) return write_table_.gave_up(as_write(past));
    past.acknowledged = now_;
    write_table_.acknowledged(as_write(past), now_);
  }

  void read() {
    const uint64_t id = any_value();
    const Time began = now_ - Duration(static_cast<int64_t>(rng_.below(6)));
    const KeyHistory::Assessment assessment = write_table_.assess(3, id, began);
    const Time acknowledged = id == 0 ? Time::min() : writes_[id - 1].acknowledged;
    Time first = kNever;
    for (const Past& past : writes_) {
      if (past.acknowledged != kNever && past.started > acknowledged) first = std::min(first, past.acknowledged);
    }
    const bool is_stale = first < began;
    if (assessment.staleness >= Duration{0}) {
      ++stale;
      ASSERT_TRUE(is_stale) << "a false accusation of write " << id;
      ASSERT_LE(assessment.staleness, began - first);
    } else if (assessment.checked) {
      ++fresh;
      ASSERT_FALSE(is_stale) << "write " << id << " was called fresh";
    }
    if (assessment.found) {
      ASSERT_EQ(assessment.started, writes_[id - 1].started);
    }
    ASSERT_GE(assessment.acknowledged, acknowledged) << "a bound must not lie before the acknowledgement";
  }

  // Whatever the origin has in the end, no more may be called lost than is.
  void audit() {
    for (uint64_t last = 0; last <= writes_.size(); ++last) {
      const Time acknowledged = last == 0 ? Time::min() : writes_[last - 1].acknowledged;
      uint64_t lost = 0, modifies = 0;
      for (const Past& past : writes_) {
        if (past.acknowledged == kNever) continue;
        lost += past.started > acknowledged;
        modifies += past.modifies;
      }
      const WriteTable::Losses losses = write_table_.losses(3, last);
      ASSERT_LE(losses.writes, lost);
      if (last == 0) {
        ASSERT_EQ(losses.writes, lost);
      }
      ASSERT_LE(losses.writes + losses.updates, modifies + lost);
      if (only_modifies()) {
        ASSERT_LE(losses.updates, modifies - std::min(modifies, chain(last)));
      }
    }
  }

  bool only_modifies() const {
    return std::all_of(writes_.begin(), writes_.end(), [](const Past& past) { return past.modifies; });
  }

  // The acknowledged modifies that the value of `id` contains.
  uint64_t chain(uint64_t id) const {
    uint64_t count = 0;
    for (; id != 0; id = writes_[id - 1].based_on) count += writes_[id - 1].acknowledged != kNever;
    return count;
  }

  Rng rng_;
  WriteTable write_table_;
  const uint64_t clients_;
  Time now_{std::chrono::nanoseconds(100)};
  std::vector<Past> writes_;
};

void expect_agreement(const WriteTable::Size& size) {
  int stale = 0, fresh = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    World world(seed, size);
    world.run(400);
    if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    stale += world.stale, fresh += world.fresh;
  }
  EXPECT_GT(stale, 500) << "the histories must try it";
  EXPECT_GT(fresh, 500) << "it must not evade the question";
}

TEST(WriteTableProperty, HoldsForFewClients) { expect_agreement({.keys = 10, .clients = 2, .counts = true}); }
TEST(WriteTableProperty, HoldsForManyClientsOnOneKey) { expect_agreement({.keys = 10, .clients = 30, .counts = true}); }
TEST(WriteTableProperty, HoldsWhereMostWritesAreForgotten) {
  expect_agreement({.keys = 100'000, .clients = 30, .counts = true});
}

}  // namespace
}  // namespace hitbench
