// What each write path leaves in origin and cache, and when it acknowledges. Their races are in anomalies_test.cc.
#include "tests/strategy/strategy_fixture.h"

namespace hitbench {
namespace {

class WritePaths : public StrategyTest {
 protected:
  std::unique_ptr<Strategy> with(const std::string& on_write, const std::string& more = "") {
    return strategy(R"({"type": "cache-aside", "ttl": "none", "on_write": )" + on_write + more + "}");
  }
  // The write that the cached entry comes from; 0: there is none.
  uint64_t cached() const {
    const auto at = cache_.stored.find("key-1");
    Value value;
    if (at == cache_.stored.end() || decode_value(kKey, at->second, Envelope::checked, value) == Decoded::corrupt)
      return 0;
    return value.write_id;
  }
};

TEST_F(WritePaths, AroundLeavesTheCopyAsItIs) {
  const auto around = with(R"("around")");
  run([&] {
    read(*around);
    EXPECT_TRUE(write(*around, 7, "new"));
    EXPECT_EQ(origin_.write_id, 7u);
    EXPECT_EQ(cached(), 1u);
    EXPECT_TRUE(erase(*around, 8));
    EXPECT_TRUE(origin_.absent);
    EXPECT_EQ(cached(), 1u);
  });
}

TEST_F(WritePaths, DeleteFirstDeletesBeforeTheOriginIsAsked) {
  const auto path = with(R"("delete-first")");
  run([&] {
    read(*path);
    origin_.broken = true;
    EXPECT_FALSE(write(*path, 7, "new"));
    EXPECT_EQ(cached(), 0u) << "the cached entry went although the origin refused";
    origin_.broken = false;
    read(*path);
    EXPECT_TRUE(erase(*path, 8));
    EXPECT_EQ(cached(), 0u);
    EXPECT_TRUE(origin_.absent);
  });
}

TEST_F(WritePaths, DoubleDeleteDeletesAgainAfterTheDelay) {
  const auto path = with(R"({"type": "double-delete", "delay": "500ms"})");
  run([&] {
    read(*path);
    EXPECT_TRUE(write(*path, 7, "new"));
    const Time acknowledged = loop_->now();
    EXPECT_EQ(cached(), 0u);
    read(*path);
    EXPECT_EQ(cached(), 7u);
    loop_->sleep_until(acknowledged + milliseconds(500) - Duration(1));
    EXPECT_EQ(cached(), 7u);
    loop_->sleep_until(acknowledged + milliseconds(500) + Duration(1));
    EXPECT_EQ(cached(), 0u);
  });
}

TEST_F(WritePaths, SecondDeletesOfManyWritesComeInTheirOrder) {
  const auto path = with(R"({"type": "double-delete", "delay": "500ms"})");
  run([&] {
    write(*path, 7, "new");
    const Time first = loop_->now();
    loop_->sleep_until(first + milliseconds(100));
    write(*path, 8, "newer");
    const Time second = loop_->now();
    const int calls = cache_.calls;
    loop_->sleep_until(first + milliseconds(500) + Duration(1));
    EXPECT_EQ(cache_.calls, calls + 1);
    loop_->sleep_until(second + milliseconds(500) + Duration(1));
    EXPECT_EQ(cache_.calls, calls + 2);
    EXPECT_EQ(tasks_.started(), 1u) << "one task walks them all";
  });
}

TEST_F(WritePaths, APhaseThatEndsDeletesAtOnceWhatWaitsForItsSecondDelete) {
  const auto path = with(R"({"type": "double-delete", "delay": "1h"})");
  run([&] {
    write(*path, 7, "new");
    read(*path);
    const Time ended = loop_->now();
    tasks_.ending().set();
    path->drain(client_);
    EXPECT_EQ(cached(), 0u);
    EXPECT_EQ(loop_->now(), ended);
  });
}

TEST_F(WritePaths, SecondDeletesThatFoundNoTaskAreMadeByTheDrain) {
  const auto path = with(R"("double-delete")");
  run([&] {
    Event end;
    for (int i = 0; i < Tasks::kMost; ++i) {
      ASSERT_TRUE(tasks_.spawn([&](Client& task) { task.loop.wait(end, kNever); }));
    }
    write(*path, 7, "new");
    read(*path);
    EXPECT_EQ(cached(), 7u);
    tasks_.ending().set();
    end.set();
    path->drain(client_);
    EXPECT_EQ(cached(), 0u);
  });
}

TEST_F(WritePaths, UpdateSetsWhatTheOriginHasTaken) {
  const auto path = with(R"("update")");
  run([&] {
    EXPECT_TRUE(write(*path, 7, "new"));
    EXPECT_EQ(cached(), 7u);
    const Answer answer = read(*path);
    EXPECT_EQ(answer.outcome, Outcome::fresh_hit);
    EXPECT_EQ(answer.row_version, origin_.version);
    EXPECT_EQ(origin_.loads, 0);
    origin_.broken = true;
    EXPECT_FALSE(write(*path, 8, "refused"));
    EXPECT_EQ(cached(), 7u);
    origin_.broken = false;
    EXPECT_TRUE(erase(*path, 9));
    EXPECT_EQ(cached(), 0u);
  });
}

TEST_F(WritePaths, UpdateFirstLeavesTheCopyThatTheOriginRefused) {
  const auto path = with(R"("update-first")");
  run([&] {
    EXPECT_TRUE(write(*path, 7, "new"));
    EXPECT_EQ(read(*path).row_version, 0u) << "the origin did not have it when the cache got it";
    origin_.broken = true;
    EXPECT_FALSE(write(*path, 8, "refused"));
    EXPECT_EQ(read(*path).write_id, 8u);
    origin_.broken = false;
    EXPECT_TRUE(erase(*path, 9));
    EXPECT_EQ(cached(), 0u);
    EXPECT_TRUE(origin_.absent);
  });
}

TEST_F(WritePaths, AWriteVoidsANullMarkerUnlessItGoesAround) {
  run([&] {
    for (const char* const path : {"invalidate", "delete-first", "double-delete", "update", "update-first", "behind"}) {
      const auto made = with("\"" + std::string(path) + "\"", R"(, "nulls": {"ttl": "none"})");
      made->begin();
      cache_.stored.clear();
      origin_.absent = true;
      read(*made);
      EXPECT_EQ(read(*made).outcome, Outcome::null_hit) << path;
      EXPECT_TRUE(write(*made, 7, "new")) << path;
      const Answer answer = read(*made);
      EXPECT_TRUE(answer.found) << path;
      EXPECT_EQ(answer.write_id, 7u) << path;
      tasks_.ending().set();
      made->drain(client_);
      tasks_.ending().clear();
    }
    const auto around = with(R"("around")", R"(, "nulls": {"ttl": "none"})");
    cache_.stored.clear();
    origin_.absent = true;
    read(*around);
    EXPECT_TRUE(write(*around, 8, "new"));
    EXPECT_EQ(read(*around).outcome, Outcome::null_hit);
  });
}

TEST_F(WritePaths, AWriteWhoseCopyCouldNotBeToldFailsButReachesTheOrigin) {
  run([&] {
    uint64_t id = 10;
    for (const char* const path : {"invalidate", "delete-first", "double-delete", "update", "update-first"}) {
      const auto plain = with("\"" + std::string(path) + "\"");
      cache_.broken = true;
      EXPECT_FALSE(write(*plain, ++id, "new")) << path;
      EXPECT_EQ(origin_.write_id, id) << path;
      const auto safe = with("\"" + std::string(path) + "\"", R"(, "fail_safe": {})");
      EXPECT_TRUE(write(*safe, ++id, "new")) << path << ": with fail-safe the origin decides";
      origin_.broken = true;
      EXPECT_FALSE(write(*safe, ++id, "new")) << path;
      origin_.broken = cache_.broken = false;
      plain->drain(client_), safe->drain(client_);
    }
  });
}

}  // namespace
}  // namespace hitbench
