// The strategies over a cache and an origin that a test can script, on a virtual clock.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "strategy/parts.h"
#include "strategy/strategy.h"
#include "strategy/value.h"

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct FakeCache final : Cache {
  std::map<std::string, std::string> stored;
  Duration last_ttl{0};
  bool broken = false;

  Lookup get(Key key, Call& call) override {
    if (broken) return {};
    const auto at = stored.find(std::string(key.text));
    if (at == stored.end()) return {.status = Lookup::Status::miss};
    call.value = at->second;
    return {.status = Lookup::Status::hit, .value = call.value};
  }
  Stored set(Key key, Bytes value, Duration ttl, Call&) override {
    if (broken) return Stored::failed;
    last_ttl = ttl;
    stored[std::string(key.text)] = std::string(value);
    return Stored::stored;
  }
  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    return stored.contains(std::string(key.text)) ? Stored::not_stored : set(key, value, ttl, call);
  }
  Stored erase(Key key, Call&) override {
    if (broken) return Stored::failed;
    return stored.erase(std::string(key.text)) > 0 ? Stored::stored : Stored::not_stored;
  }
};

struct FakeOrigin final : Origin {
  Loop& loop;
  std::string payload = "from the origin";
  uint64_t version = 1;
  int loads = 0;
  bool broken = false, absent = false;

  explicit FakeOrigin(Loop& on) : loop(on) {}
  Loaded load(Key, Call& call) override {
    ++loads;
    loop.sleep_until(loop.now() + milliseconds(5));
    if (broken) return {};
    if (absent) return {.status = Loaded::Status::absent};
    call.value = payload;
    return {.status = Loaded::Status::found,
            .write_id = version,
            .row_version = version,
            .took = milliseconds(5),
            .value = call.value};
  }
  Committed store(Key, uint64_t write_id, Bytes value, Call&) override {
    if (broken) return {};
    payload = std::string(value);
    version = write_id;
    return {.ok = true, .row_version = version};
  }
  Committed erase(Key, Call&) override { return {.ok = !broken}; }
};

class Strategies : public ::testing::Test {
 protected:
  static Params ttl(Duration ttl, double jitter = 0) {
    Params params;
    params.put("ttl", ttl);
    params.put("ttl_jitter", jitter);
    return params;
  }

  void run(const std::function<void()>& body) {
    loop_->spawn(body);
    loop_->run();
  }

  Answer read(Strategy& strategy) {
    client_.started = loop_->now();
    return strategy.read(kKey, client_);
  }

  static constexpr Key kKey{.id = 1, .text = "key-1"};
  std::unique_ptr<Loop> loop_ = Loop::virtual_time();
  FakeCache cache_;
  FakeOrigin origin_{*loop_};
  Rng rng_{1};
  Client client_{.cache = &cache_, .origin = &origin_, .loop = *loop_, .rng = rng_};
};

// The cache's own TTL may be later (memcached rounds up), so the one in the value decides, checksum or not.
TEST_F(Strategies, DirectMissesAnExpiredCopyAlsoWhereItDoesNotVerify) {
  for (const bool verify : {true, false}) {
    const auto direct = make_direct(ttl(seconds(1)), {.verify = verify});
    run([&] {
      EXPECT_TRUE(direct->write(kKey, {1, "payload"}, client_));
      EXPECT_EQ(read(*direct).outcome, Outcome::fresh_hit);
      loop_->sleep_until(loop_->now() + seconds(2));
      EXPECT_EQ(read(*direct).outcome, Outcome::miss) << verify;
    });
  }
}

TEST_F(Strategies, NoneAsksTheOriginEveryTime) {
  const auto none = make_no_cache({}, {});
  run([&] {
    EXPECT_EQ(read(*none).outcome, Outcome::miss);
    const Answer second = read(*none);
    EXPECT_EQ(second.outcome, Outcome::miss);
    EXPECT_EQ(second.load, milliseconds(5));
    EXPECT_EQ(origin_.loads, 2);
    origin_.broken = true;
    EXPECT_EQ(read(*none).outcome, Outcome::failed);
    EXPECT_FALSE(none->write(kKey, {2, "x"}, client_));
  });
}

TEST_F(Strategies, CacheAsideLoadsOnceUntilTheTtlEnds) {
  const auto aside = make_cache_aside(ttl(seconds(60)), {});
  run([&] {
    EXPECT_EQ(read(*aside).outcome, Outcome::miss);
    const Time filled = loop_->now();
    EXPECT_EQ(cache_.last_ttl, seconds(60));
    loop_->sleep_until(filled + seconds(60) - Duration(1));
    EXPECT_EQ(read(*aside).outcome, Outcome::fresh_hit);
    EXPECT_EQ(origin_.loads, 1);
    loop_->sleep_until(filled + seconds(60));
    EXPECT_EQ(read(*aside).outcome, Outcome::miss) << "the logical expiry decides, though the cache still holds it";
    EXPECT_EQ(origin_.loads, 2);
  });
}

TEST_F(Strategies, CacheAsideDeletesTheCopyAfterAWrite) {
  const auto aside = make_cache_aside(ttl(kForever), {});
  run([&] {
    read(*aside);
    EXPECT_TRUE(aside->write(kKey, {7, "new"}, client_));
    EXPECT_TRUE(cache_.stored.empty());
    const Answer answer = read(*aside);
    EXPECT_EQ(answer.write_id, 7u);
    EXPECT_EQ(read(*aside).write_id, 7u);
    EXPECT_TRUE(aside->erase(kKey, client_));
    EXPECT_TRUE(cache_.stored.empty());
  });
}

TEST_F(Strategies, ABrokenCacheIsAFailureAndNoMiss) {
  const auto aside = make_cache_aside(ttl(seconds(60)), {});
  run([&] {
    cache_.broken = true;
    EXPECT_EQ(read(*aside).outcome, Outcome::failed);
    EXPECT_EQ(origin_.loads, 0);
    EXPECT_FALSE(aside->write(kKey, {2, "x"}, client_)) << "the stale copy could not be deleted";
  });
}

TEST_F(Strategies, AWrongValueIsCorruptAndFails) {
  const auto aside = make_cache_aside(ttl(seconds(60)), {});
  const auto direct = make_direct(ttl(kForever), {});
  run([&] {
    read(*aside);
    cache_.stored["key-1"].back() ^= 1;
    for (Strategy* strategy : {aside.get(), direct.get()}) {
      const Answer answer = read(*strategy);
      EXPECT_TRUE(answer.corrupt);
      EXPECT_EQ(answer.outcome, Outcome::failed);
    }
  });
}

TEST_F(Strategies, AnAbsentRowIsAMissThatFillsNothing) {
  const auto aside = make_cache_aside(ttl(seconds(60)), {});
  run([&] {
    origin_.absent = true;
    const Answer answer = read(*aside);
    EXPECT_EQ(answer.outcome, Outcome::miss);
    EXPECT_FALSE(answer.found);
    EXPECT_TRUE(cache_.stored.empty());
  });
}

TEST_F(Strategies, JitterSpreadsTheTtlOverItsWholeRange) {
  const auto aside = make_cache_aside(ttl(seconds(100), 0.1), {});
  run([&] {
    Duration shortest = kForever, longest{0};
    Duration sum{0};
    for (int i = 0; i < 1000; ++i) {
      cache_.stored.clear();
      read(*aside);
      shortest = std::min(shortest, cache_.last_ttl);
      longest = std::max(longest, cache_.last_ttl);
      sum += cache_.last_ttl;
    }
    // Uniform over [90, 110] s: of 1000 draws the extremes lie within 0.2 s of the ends, but for one run in 10^4.
    EXPECT_GE(shortest, seconds(90));
    EXPECT_LE(shortest, milliseconds(90'200));
    EXPECT_LE(longest, seconds(110));
    EXPECT_GE(longest, milliseconds(109'800));
    EXPECT_NEAR(static_cast<double>(sum.count()) / 1e12, 100.0, 1.0);
  });
}

TEST_F(Strategies, DirectNeedsNoOrigin) {
  const auto direct = make_direct(ttl(kForever), {});
  client_.origin = nullptr;
  run([&] {
    EXPECT_EQ(read(*direct).outcome, Outcome::miss);
    EXPECT_TRUE(direct->preload(kKey, {0, "value"}, client_));
    EXPECT_EQ(read(*direct).outcome, Outcome::fresh_hit);
    EXPECT_TRUE(direct->erase(kKey, client_));
    EXPECT_EQ(read(*direct).outcome, Outcome::miss);
  });
}

}  // namespace
}  // namespace hitbench
