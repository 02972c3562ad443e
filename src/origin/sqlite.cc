// SQLite, as an application uses it: a real file, a connection for each process, statements that run on the process'
// own thread. So loads of one process never overlap, and a load is over its deadline only when it returns.
//
// The table is an ordinary one with its key as a second B-tree, not WITHOUT ROWID: SQLite advises that only for rows
// below a twentieth of a page (sqlite.org/withoutrowid.html), 200 bytes, and cached rows are larger as a rule.
// An erased row stays as one without a value, so that its version goes on counting when it is written again.
// The file is in WAL mode, where readers do not block the writer (sqlite.org/wal.html), and is filled beforehand.
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "base/check.h"
#include "base/error.h"
#include "io/loop.h"
#include "io/run_directory.h"
#include "origin/load_meter.h"
#include "origin/parts.h"

namespace hitbench {
namespace {

constexpr const char* kCreate =
    "CREATE TABLE rows (key TEXT PRIMARY KEY, write_id INTEGER NOT NULL, row_version INTEGER NOT NULL, value BLOB)";
constexpr const char* kFill = "INSERT INTO rows VALUES (?1, 0, 0, ?2)";
constexpr const char* kLoad = "SELECT write_id, row_version, value FROM rows WHERE key = ?1";
constexpr const char* kStore =
    "INSERT INTO rows VALUES (?1, ?2, 1, ?3) ON CONFLICT (key) DO UPDATE SET write_id = excluded.write_id, "
    "row_version = row_version + 1, value = excluded.value RETURNING row_version";

// How long a statement may wait for another process' write where its call has no deadline.
constexpr Duration kLongestWait = std::chrono::seconds(60);

bool is_disk_trouble(int code) { return (code & 0xff) == SQLITE_FULL || (code & 0xff) == SQLITE_IOERR; }

class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK) {
      throw environment_error(fmt::format("SQLite: {}", sqlite3_errmsg(database)));
    }
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // What is bound must live until reset.
  void bind_text(int place, Bytes text) {
    sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void bind_number(int place, uint64_t number) {
    sqlite3_bind_int64(statement_, place, static_cast<sqlite3_int64>(number));
  }
  void bind_blob(int place, Bytes blob) {
    // A null pointer would bind NULL.
    const char* data = blob.data() == nullptr ? "" : blob.data();
    sqlite3_bind_blob64(statement_, place, data, blob.size(), SQLITE_STATIC);
  }
  void bind_null(int place) { sqlite3_bind_null(statement_, place); }

  int step() { return sqlite3_step(statement_); }
  int reset() { return sqlite3_reset(statement_); }
  uint64_t number(int column) const { return static_cast<uint64_t>(sqlite3_column_int64(statement_, column)); }
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  Bytes blob(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return data == nullptr ? Bytes() : Bytes(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

// One connection; of one thread.
class Connection {
 public:
  explicit Connection(const std::string& path) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
      const std::string why = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
      sqlite3_close(handle_);
      throw environment_error(fmt::format("SQLite cannot open {}: {}", path, why));
    }
    sqlite3_busy_timeout(handle_, static_cast<int>(kLongestWait / std::chrono::milliseconds(1)));
  }
  ~Connection() { sqlite3_close(handle_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const { return handle_; }

  void execute(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }

  [[noreturn]] void fail() const {
    throw environment_error(
        fmt::format("SQLite: {}", sqlite3_errmsg(handle_)),
        is_disk_trouble(sqlite3_errcode(handle_)) ? "free some space, or set TMPDIR to a directory that has it" : "");
  }

 private:
  sqlite3* handle_ = nullptr;
};

class SqliteOrigin final : public Origin {
 public:
  SqliteOrigin(const std::string& path, const std::string& synchronous, Loop& loop, LoadMeter& meter,
               const OriginContext& context)
      : database_(path), loop_(loop), meter_(meter), context_(context) {
    database_.execute("PRAGMA synchronous = " + synchronous);
    load_.emplace(database_.handle(), kLoad);
    store_.emplace(database_.handle(), kStore);
  }

  Loaded load(Key key, Call& call) override {
    LoadMeter::Visit visit(meter_, LoadMeter::Kind::load, key.id);
    if (context_.fails_now()) return {};
    const Time begin = begin_within(call);
    load_->bind_text(1, key.text);
    Loaded loaded = look_up(call);
    const Time end = loop_.now();
    loaded.took = end - begin;
    if (end > call.deadline) loaded.status = Loaded::Status::failed;
    if (loaded.status != Loaded::Status::failed) visit.succeed();
    return loaded;
  }

  Committed store(Key key, uint64_t write_id, Bytes payload, Call& call) override {
    store_->bind_blob(3, payload);
    return write(key, write_id, call);
  }

  Committed erase(Key key, uint64_t write_id, Call& call) override {
    store_->bind_null(3);
    return write(key, write_id, call);
  }

 private:
  Loaded look_up(Call& call) {
    Loaded loaded;
    const int step = load_->step();
    if (step == SQLITE_DONE) loaded.status = Loaded::Status::absent;
    if (step == SQLITE_ROW) {
      loaded.status = load_->is_null(2) ? Loaded::Status::absent : Loaded::Status::found;
      loaded.write_id = load_->number(0);
      loaded.row_version = load_->number(1);
      const Bytes value = load_->blob(2);
      call.value.assign(value.data(), value.size());
      loaded.value = call.value;
    }
    load_->reset();
    return loaded;
  }

  // One that returns over its deadline has happened, yet its client cannot know.
  Committed write(Key key, uint64_t write_id, Call& call) {
    LoadMeter::Visit visit(meter_, LoadMeter::Kind::store, key.id);
    if (context_.fails_now()) return {};
    begin_within(call);
    store_->bind_text(1, key.text);
    store_->bind_number(2, write_id);
    Committed committed;
    int step = store_->step();
    if (step == SQLITE_ROW) {
      committed.row_version = store_->number(0);
      step = store_->step();  // this step commits, and a full disk speaks up here
    }
    committed.ok = step == SQLITE_DONE;
    if (is_disk_trouble(step)) visit.blame_disk();
    store_->reset();
    committed.ok = committed.ok && loop_.now() <= call.deadline;
    if (committed.ok) visit.succeed();
    return committed;
  }

  // A statement waits for another process' write no longer than its call may.
  Time begin_within(const Call& call) {
    const Time now = loop_.now();
    const Duration left =
        call.deadline == kNever ? kLongestWait : std::clamp(call.deadline - now, Duration{0}, kLongestWait);
    sqlite3_busy_timeout(database_.handle(), static_cast<int>(left / std::chrono::milliseconds(1)));
    return now;
  }

  Connection database_;
  Loop& loop_;
  LoadMeter& meter_;
  const OriginContext context_;
  std::optional<Statement> load_, store_;
};

class SqliteServer final : public OriginServer {
 public:
  SqliteServer(const Params& params, const OriginContext& context)
      : synchronous_(params.text("synchronous")), context_(context), meter_(context.clients) {}

  ~SqliteServer() override {
    if (path_.empty() || owner_ != getpid()) return;
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix, ignored);
  }

  // The connection is closed again: SQLite's must not be carried across a fork (sqlite.org/howtocorrupt.html, 2.6).
  void start(std::shared_ptr<const Rows> rows) override {
    static std::atomic<int> number = 0;
    owner_ = getpid();
    path_ = fmt::format("{}/origin-{}.sqlite", run_directory(), number++);
    Connection database(path_);
    // Nothing is lost if this fails: it starts over.
    database.execute("PRAGMA journal_mode = OFF");
    database.execute("PRAGMA synchronous = OFF");
    database.execute(kCreate);
    fill(database, *rows);
    database.execute("PRAGMA journal_mode = WAL");
  }

  std::unique_ptr<Origin> connect(Loop& loop, int) override {
    return std::make_unique<SqliteOrigin>(path_, synchronous_, loop, meter_, context_);
  }

  void begin_measuring() override { meter_.begin_measuring(); }
  OriginUsage usage() const override { return meter_.usage(); }
  std::string version() const override { return fmt::format("sqlite {}", sqlite3_libversion()); }
  bool serialized_by_application() const override { return true; }

 private:
  void fill(Connection& database, const Rows& rows) const {
    database.execute("BEGIN");
    {
      Statement insert(database.handle(), kFill);
      std::string key, value;
      for (uint64_t id = 0; id < rows.count(); ++id) {
        rows.text(id, key);
        rows.payload(id, 0, value);
        insert.bind_text(1, key);
        insert.bind_blob(2, value);
        if (insert.step() != SQLITE_DONE) database.fail();
        insert.reset();
        if (context_.interrupted != nullptr && *context_.interrupted) throw environment_error("interrupted");
      }
    }
    database.execute("COMMIT");
  }

  const std::string synchronous_;
  const OriginContext context_;
  LoadMeter meter_;
  std::string path_;
  pid_t owner_ = 0;
};

}  // namespace

std::unique_ptr<OriginServer> make_sqlite(const Params& params, const OriginContext& context) {
  return std::make_unique<SqliteServer>(params, context);
}

std::vector<Field> sqlite_fields() {
  return {
      {.name = "synchronous",
       .type = FieldType::text,
       .fallback = "\"normal\"",
       .doc = "when a commit waits for the disk: never, at checkpoints, or always (PRAGMA synchronous)",
       .choices = {"off", "normal", "full"}},
  };
}

}  // namespace hitbench
