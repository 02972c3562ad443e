// A twin of round figures: a way of 10 us there and 10 us back, a service of 5 us, over the plainest model.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "cache/twin/twin_backend.h"
#include "io/loop.h"
#include "tests/cache/twin/fake_model.h"

namespace hitbench {

using namespace std::chrono_literals;

inline ServiceTimes round_times(Duration service = 5us, Duration round_trip = 25us) {
  const std::vector<TimesAtSize> usual = {{.value_bytes = 0,
                                           .round_trip = TimeQuantiles::constant(round_trip),
                                           .service = TimeQuantiles::constant(service)}};
  ServiceTimes times;
  for (const TwinOperation operation : {TwinOperation::get_hit, TwinOperation::get_miss, TwinOperation::set,
                                        TwinOperation::erase, TwinOperation::script}) {
    times.put(operation, usual);
  }
  // A key more costs 1 us there and nothing on the way; a connection 40 us, of which the server has 20 us to do.
  times.put(TwinOperation::batch_key,
            {{.value_bytes = 0, .round_trip = TimeQuantiles::constant(1us), .service = TimeQuantiles::constant(1us)}});
  times.put(
      TwinOperation::connect,
      {{.value_bytes = 0, .round_trip = TimeQuantiles::constant(40us), .service = TimeQuantiles::constant(20us)}});
  return times;
}

inline TwinSetting round_setting(FakeModel::Limits limits = {}) {
  TwinSetting setting{.name = "redis", .version = "redis (twin)"};
  setting.make_model = [limits](uint32_t) { return std::make_unique<FakeModel>(limits); };
  setting.end_of = [](Duration ttl, Time now) { return now + ttl; };
  setting.times = round_times();
  setting.restart = Duration{0};
  setting.out_of_memory = "OOM command not allowed when used memory > 'maxmemory'.";
  setting.too_large = "SERVER_ERROR object too large for cache";
  setting.compares = true;
  setting.has_queue = true;
  return setting;
}

// A started twin, one application process, and a call for each client.
class TwinHome {
 public:
  explicit TwinHome(TwinSetting setting = round_setting(), ConnectOptions options = {}) {
    backend = make_twin(std::move(setting), 1);
    backend->start();
    cache = backend->connect(*loop, options);
  }

  // On a fiber; then until everybody has ended.
  void run(const std::function<void()>& body) {
    loop->spawn(body);
    loop->run();
  }
  Duration now() const { return loop->now().time_since_epoch(); }
  void sleep_until(Duration time) { loop->sleep_until(Time(time)); }

  Stored set(Bytes key, Bytes value, Duration ttl = kForever) {
    Call call;
    return cache->set({0, key}, value, ttl, call);
  }
  // "hit:" and its value, "miss" or "failed".
  std::string get(Bytes key, Time deadline = kNever) {
    Call call{.deadline = deadline};
    const Lookup lookup = cache->get({0, key}, call);
    if (lookup.status == Lookup::Status::hit) return "hit:" + std::string(lookup.value);
    return lookup.status == Lookup::Status::miss ? "miss" : "failed";
  }
  // How often a text like this came since this was last asked.
  uint64_t said(std::string_view begin) {
    const Tally words = cache->take_words();
    uint64_t count = 0;
    for (const Tally::Entry& entry : words.entries()) count += entry.text.starts_with(begin) ? entry.count : 0;
    return count;
  }

  std::unique_ptr<Loop> loop = Loop::virtual_time();
  std::unique_ptr<Backend> backend;
  std::unique_ptr<Cache> cache;
};

}  // namespace hitbench
