#include "strategy/tasks.h"

namespace hitbench {
namespace {

constexpr uint64_t kTaskSalt = 0x5441534b53;  // "TASKS": apart from the clients' draws

}  // namespace

struct Tasks::Worker {
  Worker(Loop& loop, const Access& access, int number)
      : rng(access.seed ^ kTaskSalt, static_cast<uint64_t>(access.process), static_cast<uint64_t>(number)),
        client{.cache = access.cache, .origin = access.origin, .loop = loop, .rng = rng, .id = -1 - number} {}

  Rng rng;
  Client client;
};

Tasks::Tasks(Loop& loop, const Access& access) : loop_(loop), access_(access) { quiet_.set(); }

Tasks::~Tasks() = default;

bool Tasks::spawn(std::function<void(Client&)> body) {
  if (running_ == kMost) {
    ++refused_;
    return false;
  }
  if (idle_.empty()) {
    workers_.push_back(std::make_unique<Worker>(loop_, access_, static_cast<int>(workers_.size())));
    idle_.push_back(workers_.back().get());
  }
  Worker* const worker = idle_.back();
  idle_.pop_back();
  ++started_;
  if (running_++ == 0) quiet_.clear();
  loop_.spawn([this, worker, body = std::move(body)] {
    next_operation(worker->client);
    body(worker->client);
    idle_.push_back(worker);
    if (--running_ == 0) quiet_.set();
  });
  return true;
}

void Tasks::next_operation(Client& client) const {
  client.started = loop_.now();
  client.set_deadline(client.started + access_.timeout);
}

void Tasks::drain() { loop_.wait(quiet_, kNever); }

}  // namespace hitbench
