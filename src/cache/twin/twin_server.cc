#include "cache/twin/twin_server.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "cache/server_words.h"

namespace hitbench {
namespace {

// Apart from every stream of the workload.
constexpr uint64_t kTwinStream = 0x5457494e53525652;  // "TWINSRVR"

bool writes(TwinVerb verb) {
  return verb == TwinVerb::set || verb == TwinVerb::add || verb == TwinVerb::erase || verb == TwinVerb::erase_if ||
         verb == TwinVerb::erase_version || verb == TwinVerb::script;
}

}  // namespace

TwinServer::TwinServer(TwinSetting setting, uint64_t seed)
    : setting_(std::move(setting)),
      least_way_there_(setting_.times.least_way() / 2),
      way_there_(least_way_there_ + setting_.rtt / 2),
      rng_(seed, kTwinStream),
      station_(setting_.threads) {}

void TwinServer::attach(Loop& loop, uint32_t connections) {
  CHECK(connections_ == 0 || loop_ == &loop);
  if (connections_ + connections > setting_.connections) {
    throw environment_error(
        setting_.name + ": Too many open connections: it takes " + std::to_string(setting_.connections),
        remedy_for("ERROR Too many open connections"));
  }
  loop_ = &loop;
  connections_ += connections;
}

void TwinServer::detach(uint32_t connections) { connections_ -= connections; }

Time TwinServer::now() {
  if (connections_ > 0) last_ = loop_->now();
  return last_;
}

TwinStore& TwinServer::entries(Time now) {
  if (store_) return *store_;
  std::unique_ptr<ServerModel> model = setting_.make_model(static_cast<uint32_t>(std::max<uint64_t>(1, connections_)));
  empty_bytes_ = model->usage(now).memory_bytes;
  store_ = std::make_unique<TwinStore>(std::move(model));
  return *store_;
}

void TwinServer::send(TwinRequest request, TwinWait& wait, Time now) {
  CHECK(up_);
  advance(now);
  TwinCommand& command = commands_.emplace_back();
  command.request = std::move(request);
  command.wait = &wait;
  wait.command = &command;
  command.arrival = now + way_there_;
  draw_times(command);
  if (!stopped_) place(command);
}

void TwinServer::draw_times(TwinCommand& command) {
  const TwinRequest& request = command.request;
  const TwinStore& store = entries(command.arrival - way_there_);
  Duration round_trip{0};
  const auto add = [&](TwinOperation operation, uint64_t bytes) {
    const double uniform = rng_.uniform();
    round_trip += setting_.times.round_trip(operation, bytes, uniform);
    command.service += setting_.times.service(operation, bytes, uniform);
  };
  const auto bytes_of = [&](Node node) { return node == kNoNode ? 0 : store.value_bytes(node); };
  const auto add_lookup = [&](Node node) {
    add(node == kNoNode ? TwinOperation::get_miss : TwinOperation::get_hit, bytes_of(node));
  };
  if (!request.key.empty()) command.guess = store.locate(request.key);
  if (request.connects) add(TwinOperation::connect, 0);
  if (request.verb == TwinVerb::get) add_lookup(command.guess);
  if (request.verb == TwinVerb::get_many) {
    add_lookup(store.locate(request.keys.front().text));
    for (const Key& key : request.keys.subspan(1)) add(TwinOperation::batch_key, bytes_of(store.locate(key.text)));
  }
  if (request.verb == TwinVerb::set || request.verb == TwinVerb::add) add(TwinOperation::set, request.value.size());
  if (request.verb == TwinVerb::erase || request.verb == TwinVerb::erase_version) add(TwinOperation::erase, 0);
  if (request.verb == TwinVerb::erase_if || request.verb == TwinVerb::script) add(TwinOperation::script, 0);
  if (request.verb == TwinVerb::greet) add(TwinOperation::connect, 0);
  if (setting_.appends && writes(request.verb)) {
    add(TwinOperation::append, request.value.size());
    if (setting_.syncs) add(TwinOperation::sync, request.value.size());
  }
  const Duration network = setting_.rtt - setting_.rtt / 2;
  command.way_back = network + std::max(Duration{0}, round_trip - command.service - least_way_there_);
}

void TwinServer::place(TwinCommand& command) {
  const ServiceStation::Served served = station_.serve(command.arrival, command.service);
  command.begin = served.begin;
  if (command.wait == nullptr) return;
  command.wait->served = served.end;
  command.wait->reply_at = served.end + command.way_back;
}

// It still has to be carried out: what it needs goes with it.
void TwinServer::leave(TwinWait& wait) {
  if (wait.command == nullptr) return;
  TwinCommand& command = *std::exchange(wait.command, nullptr);
  command.wait = nullptr;
  TwinRequest& request = command.request;
  command.texts.reserve(2 + request.keys.size());
  request.key = command.texts.emplace_back(request.key);
  request.value = command.texts.emplace_back(request.value);
  for (const Key& key : request.keys) command.keys.push_back({key.id, command.texts.emplace_back(key.text)});
  request.keys = command.keys;
}

void TwinServer::advance(Time now) {
  while (!commands_.empty() && commands_.front().begin <= now) {
    carry_out(commands_.front());
    commands_.pop_front();
  }
}

void TwinServer::carry_out(TwinCommand& command) {
  const TwinRequest& request = command.request;
  const Time at = command.begin;
  TwinReply reply = TwinReply::stored;
  std::string_view refusal;
  ++served_;
  switch (request.verb) {
    case TwinVerb::get:
      look_up(command);
      break;
    case TwinVerb::get_many:
      look_up_many(command);
      break;
    case TwinVerb::set:
    case TwinVerb::add:
      reply = store(command, refusal);
      break;
    case TwinVerb::erase:
      reply = store_->erase(request.key, at, command.guess) ? TwinReply::stored : TwinReply::not_stored;
      break;
    case TwinVerb::erase_if:
    case TwinVerb::erase_version:
      reply = erase_what_holds(request, at) ? TwinReply::stored : TwinReply::not_stored;
      break;
    case TwinVerb::script:
      request.script(queue_, at);
      break;
    case TwinVerb::greet:
      break;
  }
  TwinWait* const wait = command.wait;
  if (wait == nullptr) return;
  wait->command = nullptr;
  wait->refusal = refusal;
  if (request.verb != TwinVerb::get) wait->reply = reply;
}

void TwinServer::look_up(const TwinCommand& command) {
  const std::optional<TwinStore::Found> found = store_->get(command.request.key, command.begin, command.guess);
  TwinWait* const wait = command.wait;
  if (wait == nullptr) return;
  wait->reply = found ? TwinReply::value : TwinReply::not_stored;
  if (!found) return;
  wait->version = found->version;
  wait->value->assign(found->value);
}

void TwinServer::look_up_many(const TwinCommand& command) {
  TwinWait* const wait = command.wait;
  if (wait != nullptr) wait->value->clear();
  for (const Key& key : command.request.keys) {
    const std::optional<TwinStore::Found> found = store_->get(key.text, command.begin);
    if (wait == nullptr) continue;
    wait->found->push_back({found.has_value(), wait->value->size(), found ? found->value.size() : 0});
    if (found) wait->value->append(found->value);
  }
  served_ += command.request.keys.size() - 1;
}

TwinReply TwinServer::store(const TwinCommand& command, std::string_view& refusal) {
  const TwinRequest& request = command.request;
  if (request.verb == TwinVerb::add && store_->get(request.key, command.begin, command.guess))
    return TwinReply::not_stored;
  const Time end = request.ttl == kForever ? kNever : setting_.end_of(request.ttl, command.begin);
  const ServerModel::Kept kept = store_->set(request.key, request.value, end, command.begin, command.guess);
  if (kept == ServerModel::Kept::kept) return TwinReply::stored;
  refusal = kept == ServerModel::Kept::no_memory ? setting_.out_of_memory : setting_.too_large;
  return TwinReply::refused;
}

bool TwinServer::erase_what_holds(const TwinRequest& request, Time at) {
  const std::optional<TwinStore::Found> found = store_->get(request.key, at);
  if (!found) return false;
  const bool same =
      request.verb == TwinVerb::erase_if ? found->value == request.value : found->version == request.version;
  return same && store_->erase(request.key, at);
}

void TwinServer::kill() {
  const Time at = now();
  advance(at);
  for (TwinCommand& command : commands_) {
    if (command.wait != nullptr) command.wait->command = nullptr;
  }
  commands_.clear();
  up_ = stopped_ = false;
  const std::vector<TwinLink*> links = links_;
  for (TwinLink* link : links) link->server_died(at);
}

// What a log keeps outlives its process.
void TwinServer::start_again() {
  if (up_) return;
  up_ = true;
  ++life_;
  served_ = 0;
  station_.restart(now());
  if (setting_.appends) return;
  store_.reset();
  queue_ = {};
}

// What is being served by then ends all the same: it is one command a thread.
void TwinServer::stop() {
  if (!up_ || stopped_) return;
  advance(now());
  stopped_ = true;
  for (TwinCommand& command : commands_) {
    command.begin = kNever;
    if (command.wait != nullptr) command.wait->served = command.wait->reply_at = kNever;
  }
}

void TwinServer::go_on() {
  if (!stopped_) return;
  stopped_ = false;
  const Time at = now();
  station_.restart(at);
  for (TwinCommand& command : commands_) {
    command.arrival = std::max(command.arrival, at);
    place(command);
    if (command.wait != nullptr) command.wait->changed.set();
  }
}

BackendUsage TwinServer::usage() {
  if (!up_) return {};
  const Time at = now();
  advance(at);
  const ModelUsage model = entries(at).usage(at);
  BackendUsage usage;
  usage.version = setting_.version;
  usage.memory_bytes = model.memory_bytes - std::min(model.memory_bytes, empty_bytes_ + model.buffer_bytes) +
                       setting_.besides_data_bytes + connections_ * setting_.besides_data_bytes_per_connection;
  usage.evictions = model.evictions;
  usage.entries = model.entries;
  usage.commands = served_;
  usage.limit_bytes = model.limit_bytes;
  usage.used_bytes = static_cast<uint64_t>(static_cast<double>(model.memory_bytes) * setting_.used_per_byte);
  usage.policy = setting_.policy;
  usage.coarse_uses = setting_.coarse_uses;
  return usage;
}

}  // namespace hitbench
