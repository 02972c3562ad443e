#include "tests/strategy/processes_fixture.h"

namespace hitbench {
namespace {

using SingleFlight = StrategyTest;
using SingleFlightProcesses = ProcessesTest;

constexpr const char* kReadThrough = R"({"type": "read-through", "ttl": "60s"})";

TEST_F(SingleFlight, LoadsOnceWhenAThousandClientsMiss) {
  const auto through = strategy(kReadThrough);
  std::vector<Answer> answers;
  for (int i = 0; i < 1000; ++i) read_later(*through, Duration(i), answers);
  loop_->run();
  EXPECT_EQ(origin_.loads, 1);
  EXPECT_EQ(count(answers, Outcome::miss), 1);
  EXPECT_EQ(count(answers, Outcome::coalesced), 999);
  for (const Answer& answer : answers) {
    EXPECT_TRUE(answer.found);
    EXPECT_EQ(answer.write_id, 1u);
    EXPECT_EQ(answer.load, answer.outcome == Outcome::miss ? Duration(milliseconds(5)) : Duration(-1));
  }
}

TEST_F(SingleFlight, LoadsDifferentKeysAtOnce) {
  const auto through = strategy(kReadThrough);
  run([&] {
    loop_->spawn([&] { read(*through); });
    Client other{.cache = client_.cache, .origin = &origin_, .loop = *loop_, .rng = rng_};
    start(other);
    through->read({.id = 2, .text = "key-2"}, other);
  });
  EXPECT_EQ(origin_.loads, 2);
  EXPECT_LT(loop_->now() - Time{}, milliseconds(6));
}

TEST_F(SingleFlight, EndsForNobodysDeadline) {
  const auto through = strategy(kReadThrough);
  std::vector<Answer> impatient, patient;
  read_later(*through, Duration{0}, impatient, milliseconds(1));
  read_later(*through, Duration{1}, patient);
  loop_->run();
  EXPECT_EQ(impatient.at(0).outcome, Outcome::failed);
  EXPECT_EQ(patient.at(0).outcome, Outcome::coalesced);
  EXPECT_EQ(origin_.loads, 1);
  EXPECT_EQ(cache_.stored.size(), 1u);
}

TEST_F(SingleFlight, GivesAnErrorToAllAndCachesNothing) {
  const auto through = strategy(kReadThrough);
  origin_.broken = true;
  std::vector<Answer> answers, later;
  for (int i = 0; i < 10; ++i) read_later(*through, Duration{0}, answers);
  loop_->run();
  EXPECT_EQ(count(answers, Outcome::failed), 10);
  EXPECT_EQ(origin_.loads, 1);
  EXPECT_TRUE(cache_.stored.empty());
  origin_.broken = false;
  read_later(*through, Duration{0}, later);
  loop_->run();
  EXPECT_EQ(later.at(0).outcome, Outcome::miss);
}

TEST_F(SingleFlight, CoalescesAnAbsenceToo) {
  const auto through = strategy(kReadThrough);
  origin_.absent = true;
  std::vector<Answer> answers;
  for (int i = 0; i < 3; ++i) read_later(*through, Duration{0}, answers);
  loop_->run();
  EXPECT_EQ(count(answers, Outcome::miss), 1);
  EXPECT_EQ(count(answers, Outcome::coalesced), 2);
  for (const Answer& answer : answers) EXPECT_FALSE(answer.found);
}

// The write is committed at 5 ms, while the load that began at 2 ms has read the row before it.
TEST_F(SingleFlight, IsVoidedByAWrite) {
  const auto through = strategy(kReadThrough);
  std::vector<Answer> before, after;
  struct SlowReply final : Origin {
    FakeOrigin& behind;
    explicit SlowReply(FakeOrigin& to) : behind(to) {}
    Loaded load(Key key, Call& call) override {
      Loaded loaded = behind.load(key, call);
      const std::string value(loaded.value);
      behind.loop.sleep_until(behind.loop.now() + milliseconds(10));
      call.value = value;
      loaded.value = call.value;
      return loaded;
    }
    Committed store(Key key, uint64_t id, Bytes value, Call& call) override {
      return behind.store(key, id, value, call);
    }
    Committed erase(Key key, uint64_t id, Call& call) override { return behind.erase(key, id, call); }
  } slow(origin_);
  Tasks tasks(*loop_, {.cache = &cache_, .origin = &slow, .timeout = timeout_});
  const auto slowly = compose(kReadThrough, {.loop = loop_.get(), .tasks = &tasks, .rows = rows_});
  client_.cache = &cache_;
  read_later(*slowly, Duration{0}, before);  // reads the row at 5 ms, has it at 15 ms
  run([&] {
    loop_->sleep_until(loop_->now() + milliseconds(3));
    EXPECT_TRUE(write(*slowly, 7, "new"));  // committed at 8 ms
    EXPECT_EQ(before.size(), 0u);
    read_later(*slowly, Duration{0}, after);  // loads until 23 ms
    loop_->sleep_until(Time{} + milliseconds(16));
    EXPECT_EQ(before.size(), 1u);
    EXPECT_TRUE(cache_.stored.empty()) << "what was loaded before the write is not kept";
  });
  EXPECT_EQ(before.at(0).write_id, 1u);
  EXPECT_EQ(after.at(0).write_id, 7u) << "the flight before the write is not for those who come after it";
  EXPECT_EQ(after.at(0).outcome, Outcome::miss);
  EXPECT_EQ(origin_.loads, 2);
}

// A flight takes off at 1 ms, looks again until 2 ms, loads until 7 ms and lands. Who looks at 6.5 ms sees no cached
// entry, and knows so at 7.5 ms.
TEST_F(SingleFlight, LooksAgainBeforeItLoads) {
  const auto through = strategy(kReadThrough);
  cache_.slow = loop_.get();
  std::vector<Answer> answers;
  read_later(*through, Duration{0}, answers);
  read_later(*through, std::chrono::microseconds(6500), answers);
  loop_->run();
  EXPECT_EQ(origin_.loads, 1);
  EXPECT_EQ(answers.at(0).outcome, Outcome::miss);
  EXPECT_EQ(answers.at(1).outcome, Outcome::coalesced);
}

TEST_F(SingleFlight, LoadsItselfWhereTooManyTasksRun) {
  const auto through = strategy(kReadThrough);
  Event end;
  run([&] {
    while (tasks_.spawn([&](Client& task) { task.loop.wait(end, kNever); })) {
    }
    EXPECT_EQ(read(*through).outcome, Outcome::miss);
    EXPECT_EQ(cache_.stored.size(), 1u);
    end.set();
  });
}

// Reads arrive all the time, each with a round trip between looking and knowing: some miss just before the cached entry
// is there and know it just after.
TEST_F(SingleFlightProcesses, LoadOnceEachHoweverReadsAndFillFall) {
  start_processes(3, kReadThrough);
  for (int i = 0; i < 3000; ++i) read_at(i % 3, Duration(5 * i + 4'990'000));
  read_at(0, Duration{0});
  read_at(1, Duration{10});
  read_at(2, Duration{20});
  loop_->run();
  EXPECT_EQ(origin_.loads, 3);
  EXPECT_EQ(count(Outcome::miss), 3);
  EXPECT_EQ(count(Outcome::failed), 0);
  EXPECT_GT(count(Outcome::coalesced), 0);
  EXPECT_GT(count(Outcome::fresh_hit), 0);
}

}  // namespace
}  // namespace hitbench
