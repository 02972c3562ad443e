// none: every read and write goes to the origin.
//
// Promise: always fresh. Cost: the origin's full latency and load on every operation.
// Use it as the baseline of "measure before caching": a cache that does not beat this row is not worth having.
#include "strategy/parts.h"

namespace hitbench {
namespace {

class NoCache final : public Strategy {
 public:
  Answer read(Key key, Client& client) override {
    const Time asked = client.loop.now();
    const Loaded loaded = client.origin->load(key, client.origin_call);
    return answer_of(loaded, client.loop.now() - asked);
  }

  bool write(Key key, NewValue value, Client& client) override {
    return client.origin->store(key, value.write_id, value.payload, client.origin_call).ok;
  }

  bool erase(Key key, uint64_t write_id, Client& client) override {
    return client.origin->erase(key, write_id, client.origin_call).ok;
  }
};

}  // namespace

std::unique_ptr<Strategy> make_no_cache(const Params&, const StrategyContext&) { return std::make_unique<NoCache>(); }

}  // namespace hitbench
