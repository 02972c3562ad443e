#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "io/loop.h"
#include "io/run_directory.h"
#include "origin/parts.h"
#include "tests/origin/fake_rows.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

std::set<std::string> files() {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(run_directory())) {
    if (entry.path().extension().string().starts_with(".sqlite")) found.insert(entry.path());
  }
  return found;
}

class Sqlite : public testing::Test {
 protected:
  void SetUp() override { open("normal"); }

  void open(const char* synchronous) {
    Params params;
    params.put("synchronous", std::string(synchronous));
    server = make_sqlite(params, {.clients = 10});
    server->start(std::make_shared<FakeRows>(50, 100));
    loop = Loop::real();
    origin = server->connect(*loop, 0);
  }
  void run(const std::function<void()>& body) {
    loop->spawn(body);
    loop->run();
  }
  Key key(uint64_t id) {
    FakeRows(50).text(id, text_);
    return {id, text_};
  }
  // What another program reads from the file.
  std::string ask(const std::string& sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open_v2(files().begin()->c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
    std::string answer;
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) = values[0] == nullptr ? "NULL" : values[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &answer, nullptr), SQLITE_OK);
    sqlite3_close(database);
    return answer;
  }

  std::unique_ptr<OriginServer> server;
  std::unique_ptr<Loop> loop;
  std::unique_ptr<Origin> origin;
  Call call;
  std::string text_;
};

TEST_F(Sqlite, HoldsTheRowsItStartedWith) {
  EXPECT_EQ(ask("SELECT count(*) FROM rows"), "50");
  EXPECT_EQ(ask("SELECT value FROM rows WHERE key = 'key49'"), "row 49 by write 0");
  run([&] {
    const Loaded loaded = origin->load(key(49), call);
    EXPECT_EQ(loaded.status, Loaded::Status::found);
    EXPECT_EQ(loaded.value, "row 49 by write 0");
    EXPECT_EQ(loaded.write_id, 0u);
    EXPECT_EQ(loaded.row_version, 0u);
    EXPECT_GT(loaded.took, 0ns);
    EXPECT_EQ(origin->load(key(50), call).status, Loaded::Status::absent);
  });
}

TEST_F(Sqlite, IsInWalMode) { EXPECT_EQ(ask("PRAGMA journal_mode"), "wal"); }

TEST_F(Sqlite, ReadsWhatWasWrittenAndCountsVersions) {
  run([&] {
    EXPECT_EQ(origin->store(key(1), 41, "one", call).row_version, 1u);
    const Committed second = origin->store(key(1), 42, std::string("t\0wo", 4), call);
    EXPECT_TRUE(second.ok);
    EXPECT_EQ(second.row_version, 2u);
    const Loaded loaded = origin->load(key(1), call);
    EXPECT_EQ(loaded.value, std::string("t\0wo", 4));
    EXPECT_EQ(loaded.write_id, 42u);
    EXPECT_EQ(loaded.row_version, 2u);
    EXPECT_EQ(origin->load(key(2), call).row_version, 0u);
  });
  EXPECT_EQ(ask("SELECT write_id FROM rows WHERE key = 'key1'"), "42");
}

TEST_F(Sqlite, ErasesInsertsAndGoesOnCounting) {
  run([&] {
    EXPECT_TRUE(origin->erase(key(1), 99, call).ok);
    EXPECT_EQ(origin->load(key(1), call).status, Loaded::Status::absent);
    EXPECT_EQ(origin->store(key(1), 9, "back", call).row_version, 2u);
    EXPECT_EQ(origin->load(key(1), call).value, "back");
    EXPECT_EQ(origin->store(key(70), 10, "new", call).row_version, 1u);
    EXPECT_EQ(origin->load(key(70), call).value, "new");
  });
}

TEST_F(Sqlite, TellsAnEmptyValueFromNone) {
  run([&] {
    EXPECT_TRUE(origin->store(key(1), 5, Bytes(), call).ok);
    const Loaded loaded = origin->load(key(1), call);
    EXPECT_EQ(loaded.status, Loaded::Status::found);
    EXPECT_EQ(loaded.value, "");
  });
}

TEST_F(Sqlite, CountsALoadThatReturnsOverItsDeadlineAsFailed) {
  run([&] {
    call.deadline = loop->now() - 1ns;
    EXPECT_EQ(origin->load(key(1), call).status, Loaded::Status::failed);
    EXPECT_FALSE(origin->store(key(1), 5, "late", call).ok);
    call.deadline = kNever;
    EXPECT_EQ(origin->load(key(1), call).value, "late");  // it happened all the same
  });
  EXPECT_EQ(server->usage().loads, 2u);
  EXPECT_EQ(server->usage().stores, 1u);
  EXPECT_EQ(server->usage().failed, 2u);
}

TEST_F(Sqlite, FailsAStoreThatCannotBeginBeforeItsDeadline) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open_v2(files().begin()->c_str(), &other, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  run([&] {
    call.deadline = loop->now() + 20ms;
    EXPECT_FALSE(origin->store(key(1), 5, "blocked", call).ok);
    call.deadline = kNever;
    EXPECT_EQ(origin->load(key(1), call).write_id, 0u);  // readers are not blocked
  });
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  run([&] { EXPECT_TRUE(origin->store(key(1), 6, "free", call).ok); });
}

TEST_F(Sqlite, KeepsEveryWriteOfTwoProcesses) {
  origin.reset();
  const auto body = [&](uint64_t process) {
    const auto own_loop = Loop::real();
    const auto own = server->connect(*own_loop, static_cast<int>(process));
    own_loop->spawn([&] {
      Call own_call;
      for (uint64_t i = 0; i < 100; ++i) EXPECT_TRUE(own->store({3, "key3"}, process * 1000 + i, "x", own_call).ok);
    });
    own_loop->run();
  };
  const pid_t first = fork_child([&] { body(0); }), second = fork_child([&] { body(1); });
  expect_good_end(first);
  expect_good_end(second);
  EXPECT_EQ(ask("SELECT row_version FROM rows WHERE key = 'key3'"), "200");
  EXPECT_EQ(server->usage().stores, 200u);
}

TEST_F(Sqlite, SaysWhatItIs) {
  EXPECT_EQ(server->version(), std::string("sqlite ") + SQLITE_VERSION);
  EXPECT_TRUE(server->serialized_by_application());
}

TEST_F(Sqlite, RemovesItsFileInTheProcessThatMadeIt) {
  const pid_t child = fork_child([&] { server.reset(); });
  expect_good_end(child);
  EXPECT_FALSE(files().empty());
  origin.reset();
  server.reset();
  EXPECT_TRUE(files().empty());
}

}  // namespace
}  // namespace hitbench
