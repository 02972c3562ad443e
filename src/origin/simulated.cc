// A database in which only time is real: one FIFO queue before `concurrency` servers, behind all application
// processes. A job's service time is drawn when it arrives; it begins when the first server is free. Nobody has to be
// woken for that: the shared state holds the time at which each server will be free (Kiefer and Wolfowitz, "On the
// theory of queues with many servers", 1955), so a job knows its end at its arrival and its client sleeps until then.
//
// A load sees the row as it is at the end of its service; a write and an erasure happen at the end of theirs. A client
// whose deadline comes first gives up there: its write does not happen (as under a statement timeout), but its job
// stays in the queue and keeps its server busy. `errors` is the share of jobs that fail, without effect, at the end of
// their service.
#include <algorithm>
#include <functional>
#include <mutex>
#include <new>

#include "base/rng.h"
#include "io/loop.h"
#include "io/shared_memory.h"
#include "origin/load_meter.h"
#include "origin/parts.h"

namespace hitbench {
namespace {

// Apart from every stream of the workload, which are numbered by process and client or operation.
constexpr uint64_t kServiceStreams = 0x4f524947494e5356;  // "ORIGINSV"

// What became of a row since the start. Zero: nothing.
struct RowState {
  uint64_t write_id;
  uint64_t version : 63;
  uint64_t erased : 1;
};
static_assert(sizeof(RowState) == 16);

struct Job {
  Time arrival;
  Time begin;
  Time end;
  bool fails;
  bool injected;  // by `errors`
  Duration service() const { return end - begin; }
};

// The state that all processes share.
class Database {
 public:
  Database(const Rows& rows, int64_t concurrency)
      : servers_(static_cast<size_t>(concurrency)),
        mapping_(sizeof(Head) + servers_ * sizeof(Time) + rows.capacity() * sizeof(RowState), "the simulated origin"),
        head_(new (mapping_.at()) Head),
        free_(reinterpret_cast<Time*>(head_ + 1)),
        rows_(reinterpret_cast<RowState*>(free_ + servers_)),
        capacity_(rows.capacity()) {
    std::fill_n(free_, servers_, Time::min());
  }

  // Puts a job that arrives now into the queue. `draw` gives the service time of the n-th arrival and sets its failure.
  template <class Draw>
  Job arrive(const Loop& loop, const Draw& draw) {
    const std::lock_guard lock(head_->mutex);
    const Time now = loop.now();  // inside, so that arrivals are in order over all processes
    Job job{.arrival = now, .begin = now, .end = now, .fails = false, .injected = false};
    const Duration service = draw(head_->arrivals++, job);
    if (servers_ > 0) {
      // free_ is a heap with the earliest in front.
      job.begin = std::max(now, free_[0]);
      std::pop_heap(free_, free_ + servers_, std::greater<>());
      free_[servers_ - 1] = job.begin + service;
      std::push_heap(free_, free_ + servers_, std::greater<>());
    }
    job.end = job.begin + service;
    return job;
  }

  bool holds(uint64_t key) const { return key < capacity_; }

  RowState row(uint64_t key) const {
    const std::lock_guard lock(head_->mutex);
    return rows_[key];
  }

  uint64_t write(uint64_t key, uint64_t write_id, bool erased) {
    const std::lock_guard lock(head_->mutex);
    const uint64_t version = rows_[key].version + 1;
    rows_[key] = {write_id, version & (~uint64_t{0} >> 1), erased};
    return version;
  }

 private:
  struct Head {
    SharedMutex mutex;
    uint64_t arrivals = 0;
  };

  const size_t servers_;  // 0: as many as are needed
  SharedMapping mapping_;
  Head* head_;
  Time* free_;
  RowState* rows_;
  const uint64_t capacity_;
};

class SimulatedServer;

class SimulatedOrigin final : public Origin {
 public:
  SimulatedOrigin(SimulatedServer& server, Loop& loop) : server_(server), loop_(loop) {}

  Loaded load(Key key, Call& call) override;
  Committed store(Key key, uint64_t write_id, Bytes, Call& call) override { return write(key, write_id, false, call); }
  Committed erase(Key key, uint64_t write_id, Call& call) override { return write(key, write_id, true, call); }
  Loaded inspect(Key key, Call& call) override { return row(key, Duration{0}, call); }

 private:
  Committed write(Key key, uint64_t write_id, bool erased, Call& call);
  Loaded row(Key key, Duration took, Call& call) const;
  // Waits for the job's end; false when it failed or the deadline came first.
  bool await(const Job& job, Call& call) const;
  // How long its client waits for its beginning.
  static Duration queued(const Job& job, const Call& call) { return std::min(job.begin, call.deadline) - job.arrival; }

  SimulatedServer& server_;
  Loop& loop_;
};

class SimulatedServer final : public OriginServer {
 public:
  SimulatedServer(const Params& params, const OriginContext& context)
      : latency_(context.make_latency(params.part("latency"))),
        write_latency_(context.make_latency(params.part(params.has("write_latency") ? "write_latency" : "latency"))),
        concurrency_(params.integer("concurrency")),
        errors_(params.real("errors")),
        context_(context),
        meter_(context.clients) {}

  void start(std::shared_ptr<const Rows> rows) override {
    rows_ = std::move(rows);
    database_ = std::make_unique<Database>(*rows_, concurrency_);
  }

  std::unique_ptr<Origin> connect(Loop& loop, int) override { return std::make_unique<SimulatedOrigin>(*this, loop); }
  void begin_measuring() override { meter_.begin_measuring(); }
  OriginUsage usage() const override { return meter_.usage(); }
  std::string version() const override { return "simulated"; }

  enum class Kind { load, write };
  Job arrive(Kind kind, const Loop& loop) {
    const DurationDistribution& latency = kind == Kind::load ? *latency_ : *write_latency_;
    return database_->arrive(loop, [&](uint64_t number, Job& job) {
      Rng rng(context_.seed, kServiceStreams, number);
      const Duration service = latency.next(rng);
      job.injected = rng.uniform() < errors_;
      job.fails = job.injected || context_.fails_now();
      return service;
    });
  }

  Database& database() { return *database_; }
  const Rows& rows() const { return *rows_; }
  LoadMeter& meter() { return meter_; }

 private:
  const std::unique_ptr<DurationDistribution> latency_, write_latency_;
  const int64_t concurrency_;
  const double errors_;
  const OriginContext context_;
  LoadMeter meter_;
  std::shared_ptr<const Rows> rows_;
  std::unique_ptr<Database> database_;
};

Loaded SimulatedOrigin::load(Key key, Call& call) {
  const Job job = server_.arrive(SimulatedServer::Kind::load, loop_);
  LoadMeter::Visit visit(server_.meter(), LoadMeter::Kind::load, key.id, queued(job, call));
  if (!await(job, call)) return {.took = job.service(), .injected = call.injected};
  visit.succeed();
  return row(key, job.service(), call);
}

Loaded SimulatedOrigin::row(Key key, Duration took, Call& call) const {
  const bool known = server_.database().holds(key.id);
  const RowState row = known ? server_.database().row(key.id) : RowState{};
  const bool is_there = known && (row.version > 0 ? !row.erased : key.id < server_.rows().count());
  Loaded loaded{.status = is_there ? Loaded::Status::found : Loaded::Status::absent,
                .write_id = row.write_id,
                .row_version = row.version,
                .took = took};
  if (is_there) {
    server_.rows().payload(key.id, row.write_id, call.value);
    loaded.value = call.value;
  }
  return loaded;
}

Committed SimulatedOrigin::write(Key key, uint64_t write_id, bool erased, Call& call) {
  const Job job = server_.arrive(SimulatedServer::Kind::write, loop_);
  LoadMeter::Visit visit(server_.meter(), LoadMeter::Kind::store, key.id, queued(job, call));
  // A key beyond the capacity has no room: the table is full.
  if (!await(job, call) || !server_.database().holds(key.id)) return {};
  visit.succeed();
  return {.ok = true, .row_version = server_.database().write(key.id, write_id, erased)};
}

bool SimulatedOrigin::await(const Job& job, Call& call) const {
  loop_.sleep_until(std::min(job.end, call.deadline));
  const bool in_time = job.end <= call.deadline;
  call.injected = in_time && job.injected;
  return in_time && !job.fails;
}

}  // namespace

std::unique_ptr<OriginServer> make_simulated(const Params& params, const OriginContext& context) {
  return std::make_unique<SimulatedServer>(params, context);
}

std::vector<Field> simulated_fields() {
  return {
      {.name = "latency",
       .type = FieldType::part,
       .fallback = R"({"distribution": "lognormal", "median": "5ms", "sigma": 0.5})",
       .doc = "service time of a load or a write, without queueing",
       .kind = "latency"},
      {.name = "write_latency",
       .type = FieldType::part,
       .fallback = "null",
       .doc = "of a write or an erasure, where it differs from a load's",
       .kind = "latency"},
      {.name = "concurrency",
       .type = FieldType::integer,
       .fallback = "8",
       .doc = "how many it serves at once, the others queue; 0: all",
       .min = 0,
       .max = 1e6},
      {.name = "errors",
       .type = FieldType::real,
       .fallback = "0",
       .doc = "share of loads and writes that fail",
       .min = 0,
       .max = 1},
  };
}

}  // namespace hitbench
