#include "cache/twin/twin_backend.h"

#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/units.h"
#include "cache/twin/twin_cache.h"
#include "cache/twin/twin_server.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

constexpr std::chrono::seconds kLongestRtt(10);  // beyond any network

class TwinBackend final : public Backend {
 public:
  TwinBackend(TwinSetting setting, uint64_t seed) : setting_(std::move(setting)), seed_(seed) {}

  void start() override { server_ = std::make_shared<TwinServer>(setting_, seed_); }
  void stop() override { server_.reset(); }

  std::unique_ptr<Cache> connect(Loop& loop, const ConnectOptions& options) override {
    CHECK(server_ != nullptr);
    loop_ = &loop;
    return connect_twin_cache(loop, server_, options);
  }

  // What is slow is slowed down in front of it (faults/faults.h).
  void fault(const Fault& fault) override {
    if (fault.action == Fault::Action::kill) server_->kill();
    if (fault.action == Fault::Action::stop) server_->stop();
  }

  void heal(const Fault& fault) override {
    if (fault.action == Fault::Action::stop) server_->go_on();
    if (fault.action != Fault::Action::kill) return;
    if (loop_ != nullptr && loop_->in_fiber()) loop_->sleep_until(loop_->now() + setting_.restart);
    server_->start_again();
  }

  BackendUsage usage() override { return server_ ? server_->usage() : BackendUsage{}; }
  CacheLimits limits() const override { return setting_.limits; }
  std::string stands_for() const override { return setting_.stands_for; }
  bool waits_on_socket() const override { return true; }  // or what stands for one

 private:
  const TwinSetting setting_;
  const uint64_t seed_;
  std::shared_ptr<TwinServer> server_;
  Loop* loop_ = nullptr;
};

}  // namespace

Field twin_rtt_field() {
  return {.name = "rtt",
          .type = FieldType::duration,
          .fallback = "null",
          .doc =
              "in virtual time, the round trip of a network before the server, in addition to loopback's: once for "
              "each command or batch that a client waits for, once more for a new connection; none unless set",
          .min = 0,
          .max = std::chrono::duration<double, std::nano>(kLongestRtt).count()};
}

void put_network(const Params& params, TwinSetting& setting) {
  if (!params.has("rtt")) return;
  setting.rtt = params.duration("rtt");
  setting.stands_for += ", and " + spell_duration(setting.rtt) + " more for each round trip over a network (rtt)";
}

std::unique_ptr<Backend> make_twin(TwinSetting setting, uint64_t seed) {
  return std::make_unique<TwinBackend>(std::move(setting), seed);
}

}  // namespace hitbench
