#include "cache/twin/service_times.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

using std::chrono::nanoseconds;

}  // namespace

const CalibratedTimes& default_times() {
  static const CalibratedTimes times = [] {
    CalibratedTimes all{.source = "placeholder", .servers = {}};
    for (const char* name : {"redis", "memcached"}) {
      for (const char* transport : {"tcp", "unix"}) {
        ServiceTimes one;
        const TimesAtSize small{0, TimeQuantiles::constant(nanoseconds(30000)),
                                TimeQuantiles::constant(nanoseconds(8000))};
        for (const TwinOperation operation : {TwinOperation::get_hit, TwinOperation::get_miss, TwinOperation::set,
                                              TwinOperation::erase, TwinOperation::script, TwinOperation::connect})
          one.put(operation, {small});
        const TimesAtSize key{0, TimeQuantiles::constant(nanoseconds(2000)),
                              TimeQuantiles::constant(nanoseconds(1000))};
        for (const TwinOperation operation : {TwinOperation::batch_key, TwinOperation::append, TwinOperation::sync})
          one.put(operation, {key});
        all.servers.push_back({name, transport, one});
      }
    }
    return all;
  }();
  return times;
}

TwinTimes twin_times(const BackendContext& context, const std::string& server, const std::string& transport) {
  if (context.times != nullptr) {
    if (const ServiceTimes* times = context.times->find(server, transport)) return {times, context.times->source};
  }
  return {default_times().find(server, transport), default_times().source};
}

}  // namespace hitbench
