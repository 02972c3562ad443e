#include "workload/workload.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <map>
#include <set>

#include "tests/workload/chi_square.h"
#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

constexpr int kDraws = 100'000;

std::unique_ptr<Workload> make(const WorkloadSpec& spec, int process = 0, int processes = 1) {
  return make_workload(spec, process, processes, workload_registry());
}

TEST(Workload, MixesOperationsInTheirShares) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.mix = {.read = 0.5, .write = 0.2, .erase = 0.1, .insert = 0.15, .modify = 0.05};
  const auto workload = make(spec);
  std::map<Action, int> seen;
  Rng rng(1);
  for (uint64_t i = 0; i < kDraws; ++i) ++seen[workload->next(rng, i).action];
  EXPECT_NEAR(seen[Action::read], 50'000, 800);  // 5 standard deviations
  EXPECT_NEAR(seen[Action::write], 20'000, 640);
  EXPECT_NEAR(seen[Action::erase], 10'000, 480);
  EXPECT_NEAR(seen[Action::insert], 15'000, 570);
  EXPECT_NEAR(seen[Action::modify], 5'000, 350);
}

TEST(Workload, ReadsAbsentKeysInTheirShareAndWritesNone) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.mix = {.read = 0.5, .write = 0.5};
  spec.absent = {.share = 0.2, .keys = 10, .unique = false};
  const auto workload = make(spec);
  Rng rng(1);
  int absent = 0;
  std::set<uint64_t> ids;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const Operation operation = workload->next(rng, i);
    if (operation.key < kFirstAbsentKey) {
      EXPECT_LT(operation.key, 1000U);
      continue;
    }
    EXPECT_EQ(operation.action, Action::read);
    ids.insert(operation.key);
    ++absent;
  }
  EXPECT_NEAR(absent, 10'000, 480);
  EXPECT_EQ(ids.size(), 10U);
  EXPECT_EQ(*ids.rbegin(), kFirstAbsentKey + 9);
}

TEST(Workload, NeverRepeatsAUniqueAbsentKeyInAnyProcess) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.absent = {.share = 1, .keys = 0, .unique = true};
  std::set<uint64_t> ids;
  for (int process = 0; process < 3; ++process) {
    const auto workload = make(spec, process, 3);
    Rng rng(1);
    for (uint64_t i = 0; i < 1000; ++i) ids.insert(workload->next(rng, i).key);
  }
  EXPECT_EQ(ids.size(), 3000U);
  EXPECT_GE(*ids.begin(), kFirstAbsentKey);
}

TEST(Workload, InsertsKeysThatNoOtherProcessInserts) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.mix = {.read = 0, .insert = 1};
  const uint64_t capacity = make_rows(spec, 1, 40, workload_registry())->capacity();
  std::set<uint64_t> ids;
  for (int process = 0; process < 3; ++process) {
    const auto workload = make(spec, process, 3);
    Rng rng(1);
    for (uint64_t i = 0; i < 1000; ++i) ids.insert(workload->next(rng, i).key);
  }
  EXPECT_EQ(ids.size(), 3000U);
  EXPECT_EQ(*ids.begin(), 1000U);
  EXPECT_EQ(*ids.rbegin(), 3999U);
  EXPECT_LT(*ids.rbegin(), capacity);
}

TEST(Workload, LetsLatestFollowItsOwnInserts) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.keys = part("latest", params({{"theta", 0.99}}));
  spec.mix = {.read = 0.9, .insert = 0.1};
  const auto workload = make(spec, 1, 2);  // its inserts: 1001, 1003, ...
  std::set<uint64_t> inserted;
  uint64_t newest = 999;
  int reads = 0, of_newest = 0;
  Rng rng(1);
  for (uint64_t i = 0; i < kDraws; ++i) {
    const Operation operation = workload->next(rng, i);
    if (operation.action == Action::insert) {
      newest = operation.key;
      inserted.insert(newest);
      workload->inserted(newest);
      continue;
    }
    ++reads;
    of_newest += operation.key == newest;
    EXPECT_TRUE(operation.key < 1000 || inserted.contains(operation.key)) << operation.key;
  }
  double zeta = 0;
  for (int k = 1; k <= 1000; ++k) zeta += std::pow(k, -0.99);
  EXPECT_NEAR(static_cast<double>(of_newest) / reads, 1 / zeta, 0.006);
}

// Of three inserts the last two end first: what they inserted may be asked for only when the first one has ended, too.
TEST(Workload, AsksForNoKeyWhoseInsertIsUnderWayNorForNewerOnes) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.keys = part("latest", params({{"theta", 0.99}}));
  spec.mix = {.read = 0.5, .insert = 0.5};
  const auto workload = make(spec, 1, 2);
  Rng rng(1);
  uint64_t position = 0;
  const auto newest_read = [&](bool insert_too) {
    uint64_t newest = 0;
    std::vector<uint64_t> inserts;
    for (int reads = 0; reads < 1000 || (insert_too && inserts.size() < 3);) {
      const Operation operation = workload->next(rng, position++);
      if (operation.action == Action::insert) {
        inserts.push_back(operation.key);
      } else {
        newest = std::max(newest, operation.key);
        ++reads;
      }
    }
    return std::pair(newest, inserts);
  };
  const auto [before, inserts] = newest_read(true);
  EXPECT_EQ(before, 999u);
  EXPECT_THAT(std::vector(inserts.begin(), inserts.begin() + 3), testing::ElementsAre(1001, 1003, 1005));
  workload->inserted(1005);
  workload->inserted(1003);
  EXPECT_EQ(newest_read(false).first, 999u);
  workload->inserted(1001);
  EXPECT_EQ(newest_read(false).first, 1005u);
}

TEST(Workload, DrawsAgesThatDoNotDependOnWhatHasBeenInserted) {
  WorkloadSpec spec = uniform_spec(1000);
  spec.keys = part("latest", params({{"theta", 0.99}}));
  spec.mix = {.read = 0.5, .insert = 0.5};
  const auto sum_of = [&](bool at_once) {
    const auto workload = make(spec);
    Rng rng(1);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 1000; ++i) {
      const Operation operation = workload->next(rng, i);
      if (at_once && operation.action == Action::insert) workload->inserted(operation.key);
      sum += Workload::checksum(operation, mix64(0), i);
    }
    return sum;
  };
  EXPECT_EQ(sum_of(true), sum_of(false));
}

TEST(Workload, SharesOnePassOfASequenceBetweenProcesses) {
  WorkloadSpec spec = uniform_spec(6);
  spec.keys = part("sequential");
  std::vector<uint64_t> first, second;
  const auto a = make(spec, 0, 2), b = make(spec, 1, 2);
  Rng rng(1);
  for (uint64_t i = 0; i < 3; ++i) first.push_back(a->next(rng, i).key);
  for (uint64_t i = 0; i < 3; ++i) second.push_back(b->next(rng, i).key);
  EXPECT_THAT(first, testing::ElementsAre(0, 2, 4));
  EXPECT_THAT(second, testing::ElementsAre(1, 3, 5));
}

// The keys of a workload's operations of one kind.
class KeysOf final : public KeyDistribution {
 public:
  KeysOf(const WorkloadSpec& spec, Action action) : workload_(make(spec)), action_(action) {}
  uint64_t next(Rng& rng, uint64_t position, uint64_t) const override {
    Operation operation = workload_->next(rng, position);
    while (operation.action != action_) operation = workload_->next(rng, position);
    return operation.key;
  }
  double probability(uint64_t) const override { return 0; }

 private:
  const std::unique_ptr<Workload> workload_;
  const Action action_;
};

TEST(WriteKeys, AreDrawnForWritesAndDeletesOnly) {
  constexpr uint64_t kCount = 1000;
  WorkloadSpec spec = uniform_spec(kCount);
  spec.mix = {.read = 0.3, .write = 0.3, .erase = 0.2, .modify = 0.2};
  spec.write_keys = part("hotspot", params({{"hot_keys", int64_t{20}}, {"hot_share", 0.8}}));
  const auto plain = make_uniform_keys({}, kCount, {});
  const auto own = make_hotspot_keys(spec.write_keys->params, kCount, {});
  for (const Action action : {Action::read, Action::modify}) {
    EXPECT_LT(chi_square(KeysOf(spec, action), *plain, kCount, 0), kCritical);
    EXPECT_GT(chi_square(KeysOf(spec, action), *own, kCount, 0), 10 * kCritical);
  }
  for (const Action action : {Action::write, Action::erase}) {
    EXPECT_LT(chi_square(KeysOf(spec, action), *own, kCount, 0), kCritical);
    EXPECT_GT(chi_square(KeysOf(spec, action), *plain, kCount, 0), 10 * kCritical);
  }
}

TEST(WriteKeys, InOrderLeaveNoneOutWhateverElseHappens) {
  WorkloadSpec spec = uniform_spec(6);
  spec.mix = {.read = 0.5, .write = 0.25, .erase = 0.25};
  spec.write_keys = part("sequential");
  for (int process = 0; process < 2; ++process) {
    const auto workload = make(spec, process, 2);
    Rng rng(1);
    std::vector<uint64_t> written;
    for (uint64_t i = 0; written.size() < 5; ++i) {
      const Operation operation = workload->next(rng, i);
      if (operation.action != Action::read) written.push_back(operation.key);
    }
    EXPECT_THAT(written, process == 0 ? testing::ElementsAre(0, 2, 4, 0, 2) : testing::ElementsAre(1, 3, 5, 1, 3));
  }
}

TEST(WriteKeys, LeaveTheStreamAFunctionOfTheSeedWhoeverOfTheClientsComesFirst) {
  for (const char* distribution : {"sequential", "uniform"}) {
    WorkloadSpec spec = uniform_spec(1000);
    spec.mix = {.read = 0.5, .write = 0.5};
    spec.write_keys = part(distribution);
    const auto sum_of = [&](bool one_after_the_other) {
      const auto workload = make(spec);
      std::array<Rng, 2> clients{Rng(1, 0, 0), Rng(1, 0, 1)};
      uint64_t sum = 0;
      for (uint64_t i = 0; i < 2000; ++i) {
        const uint64_t client = one_after_the_other ? i / 1000 : i % 2, n = one_after_the_other ? i % 1000 : i / 2;
        sum += Workload::checksum(workload->next(clients.at(client), 2 * n + client), mix64(client), n);
      }
      return sum;
    };
    EXPECT_EQ(sum_of(true), sum_of(false)) << distribution;
  }
}

TEST(WriteKeys, NameTheirFieldInARefusal) {
  WorkloadSpec spec = uniform_spec(4);
  spec.write_keys = part("hotspot", params({{"hot_keys", int64_t{5}}, {"hot_share", 0.8}}));
  EXPECT_THAT(refusal([&] { make(spec); }), testing::StartsWith("workload.write_keys.hot_keys: 5 hot keys of 4"));
}

TEST(KeyText, IsReadableAndOfTheRightLength) {
  const auto workload = make(uniform_spec(100'000));
  std::string out;
  EXPECT_EQ(workload->key(0, out).text, "k000000000000000");
  EXPECT_EQ(workload->key(7, out).text, "k000000000000007");
  EXPECT_EQ(workload->key(10, out).text, "k000000000000010");
  EXPECT_EQ(workload->key(101, out).text, "k000000000000101");
  EXPECT_EQ(workload->key(98'765, out).text, "k000000000098765");
  EXPECT_EQ(workload->key(kFirstAbsentKey + 12, out).text, "n000000000000012");
  EXPECT_EQ(workload->key(12, out).id, 12U);
}

TEST(KeyText, IsUniqueForEveryIdAndFullOfPrintableBytes) {
  for (const int bytes : {4, 5, 6, 16, 250}) {
    WorkloadSpec spec = uniform_spec(100'000);
    spec.key_bytes = bytes;
    spec.absent = {.share = 0.1, .keys = 1000, .unique = false};
    const auto workload = make(spec);
    std::set<std::string> texts;
    std::string out;
    for (uint64_t id = 0; id < 100'000; ++id) texts.emplace(workload->key(id, out).text);
    for (uint64_t id = 0; id < 1000; ++id) texts.emplace(workload->key(kFirstAbsentKey + id, out).text);
    EXPECT_EQ(texts.size(), 101'000U);
    for (const std::string& text : texts) {
      EXPECT_EQ(text.size(), static_cast<size_t>(bytes));
      for (const char c : text) ASSERT_TRUE(c > ' ' && c < '\x7f');
    }
  }
}

TEST(KeyText, RefusesKeysThatAreTooShortForTheirNumber) {
  WorkloadSpec spec = uniform_spec(100'000);
  spec.key_bytes = 3;
  EXPECT_THAT(refusal([&] { make(spec); }), HasSubstr("workload.key_bytes"));
  spec.key_bytes = 4;  // 64^3 is enough
  EXPECT_EQ(refusal([&] { make(spec); }), "");
  spec.mix = {.read = 0.5, .insert = 0.5};
  EXPECT_THAT(refusal([&] { make(spec); }), HasSubstr("workload.key_bytes"));
  spec.key_count = 1;
  spec.key_bytes = 1;
  spec.mix = {};
  EXPECT_EQ(refusal([&] { make(spec); }), "");
}

TEST(Checksum, DependsOnEveryPartButNotOnWhoDrawsTheInsert) {
  const Operation read{.action = Action::read, .key = 5}, write{.action = Action::write, .key = 5};
  const Operation other{.action = Action::read, .key = 6};
  const uint64_t stream = mix64(1), base = Workload::checksum(read, stream, 2);
  EXPECT_NE(base, Workload::checksum(write, stream, 2));
  EXPECT_NE(base, Workload::checksum(other, stream, 2));
  EXPECT_NE(base, Workload::checksum(read, mix64(2), 2));
  EXPECT_NE(base, Workload::checksum(read, stream, 3));
  EXPECT_EQ(Workload::checksum({.action = Action::insert, .key = 1000}, stream, 2),
            Workload::checksum({.action = Action::insert, .key = 1001}, stream, 2));
}

}  // namespace
}  // namespace hitbench
