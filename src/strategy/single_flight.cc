// Guard single-flight: of all clients of a process that miss one key, one loads and the others wait for its answer.
//
// Promise: one load of a key at a time in each process, P in P processes; an error goes to all who wait, and is not
// cached. A write of this process voids the flight: its value is not kept, and later readers load again. Failure it
// allows: every process still loads once, and a write of another process may be overtaken by a load under way. Use it
// wherever loads are not cheap: a hit pays nothing, a miss one lookup more. Source: Go's
// golang.org/x/sync/singleflight; that the cached entry is in the cache before the flight ends is issue 152 of
// maypok86/otter, that no client's deadline ends the load 2552 of bucketeer-io/bucketeer, that a write voids it 1881 of
// google/guava.
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "strategy/guard.h"
#include "strategy/parts.h"

namespace hitbench {
namespace {

class SingleFlight final : public Guard {
 public:
  explicit SingleFlight(const Composition& with) : entries_(with.entries), tasks_(with.tasks) {}

  Answer miss(Key key, const Found&, Client& client) override {
    if (const auto at = flights_.find(key.id); at != flights_.end()) {
      const std::shared_ptr<Flight> under_way = at->second;
      Answer answer = land(*under_way, client);
      if (answer.outcome == Outcome::miss) answer.outcome = Outcome::coalesced;
      answer.load = Duration{-1};
      return answer;
    }
    const std::shared_ptr<Flight> flight = flights_[key.id] = std::make_shared<Flight>();
    const bool begun = tasks_.spawn([this, flight, id = key.id, text = std::string(key.text)](Client& task) {
      fly({id, text}, *flight, std::nullopt, task);
    });
    if (!begun) fly(key, *flight, std::nullopt, client);
    return land(*flight, client);
  }

  void reload(Key key, Time seen, Client& task) override {
    if (flights_.contains(key.id)) return;
    const std::shared_ptr<Flight> flight = flights_[key.id] = std::make_shared<Flight>();
    fly(key, *flight, seen, task);
  }

  void written(Key key) override {
    const auto at = flights_.find(key.id);
    if (at == flights_.end()) return;
    at->second->voided = true;
    flights_.erase(at);
  }

 private:
  struct Flight {
    Event landed;
    Answer answer;
    bool voided = false;
  };

  static Answer land(Flight& flight, Client& client) {
    return client.loop.wait(flight.landed, client.origin_call.deadline) ? flight.answer : Answer{};
  }

  // The cached entry is in the cache before the flight is over: whoever comes later finds the one or the other.
  void fly(Key key, Flight& flight, std::optional<Time> seen, Client& client) {
    flight.answer = look_or_load(key, flight, seen, client);
    if (!flight.voided) flights_.erase(key.id);
    flight.landed.set();
  }

  // Looks again first: the flight before this one may have landed since the client missed.
  Answer look_or_load(Key key, Flight& flight, std::optional<Time> seen, Client& client) {
    const Found again = entries_.find(key, client);
    if (again.is_live() && again.value.expiry != seen) return coalesced(again);
    const CachedEntries::Fetched fetched = entries_.fetch(key, client);
    if (flight.voided) return fetched.answer;
    entries_.fill(key, fetched.loaded, client);
    // A write came while the fill was under way, which may have overtaken the writer's delete.
    if (flight.voided) client.cache->erase(key, client.cache_call);
    return fetched.answer;
  }

  CachedEntries& entries_;
  Tasks& tasks_;
  std::unordered_map<uint64_t, std::shared_ptr<Flight>> flights_;  // by the key's id
};

}  // namespace

std::unique_ptr<Guard> make_single_flight(const Params&, const Composition& with) {
  return std::make_unique<SingleFlight>(with);
}

}  // namespace hitbench
