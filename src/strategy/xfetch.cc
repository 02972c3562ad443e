// Guard xfetch: the nearer a cached entry's end, the likelier a reader reloads it before; the more expensive the load,
// the earlier.
//
// Promise: a key that is read often is reloaded before it expires, with no word between readers. Failure it
// allows: e^(1/beta) loads per expiry in the mean, not one, for those who come during an early load draw, too; and a
// cached entry lives less than its TTL by the lead. Use it for hot keys where no lock is wanted; a key that is read
// fewer than a few times a load expires all the same. Source: Vattani, Chierichetti and Lowenstein, "Optimal
// Probabilistic Cache Stampede Prevention", VLDB 2015: load when now - delta beta ln(U) >= expiry, U uniform in (0, 1].
#include "base/math.h"
#include "strategy/guard.h"
#include "strategy/parts.h"

namespace hitbench {
namespace {

// -ln of the smallest number that Rng::uniform_positive() gives, 2^-53: no draw reaches further.
constexpr double kFarthest = 53 * 0.6931471805599453;

class XFetch final : public Guard {
 public:
  XFetch(const Params& params, const Composition& with) : entries_(with.entries), beta_(params.real("beta")) {}

  Answer miss(Key key, const Found&, Client& client) override { return entries_.load(key, client); }
  void reload(Key key, Time, Client& task) override { entries_.load(key, task); }

  // Most hits are too far from their expiry for any draw, and end at the first comparison.
  bool early(const Value& hit, Client& client) override {
    if (hit.expiry == Time{}) return false;
    const auto left = static_cast<double>((hit.expiry - client.started).count());
    const double scale = beta_ * static_cast<double>(hit.load_time.count());
    return left <= kFarthest * scale && left <= -portable::log(client.rng.uniform_positive()) * scale;
  }

 private:
  CachedEntries& entries_;
  const double beta_;
};

}  // namespace

std::unique_ptr<Guard> make_xfetch(const Params& params, const Composition& with) {
  return std::make_unique<XFetch>(params, with);
}

std::vector<Field> xfetch_fields() {
  return {{.name = "beta",
           .type = FieldType::real,
           .fallback = "1",
           .doc = "above 1 loads earlier and more often alone, below 1 later",
           .min = 0,
           .min_excluded = true}};
}

}  // namespace hitbench
