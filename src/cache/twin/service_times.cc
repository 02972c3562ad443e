#include "cache/twin/service_times.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace hitbench {
namespace {

Duration between(Duration low, Duration high, double share) {
  return low + Duration(static_cast<int64_t>(share * static_cast<double>((high - low).count())));
}

}  // namespace

TimeQuantiles TimeQuantiles::constant(Duration time) {
  TimeQuantiles quantiles;
  quantiles.at.fill(time);
  return quantiles;
}

Duration TimeQuantiles::draw(double uniform) const {
  size_t upper = 1;
  while (upper + 1 < kProbabilities.size() && uniform > kProbabilities[upper]) ++upper;
  const double low = kProbabilities[upper - 1], high = kProbabilities[upper];
  return between(at[upper - 1], at[upper], std::clamp((uniform - low) / (high - low), 0.0, 1.0));
}

void ServiceTimes::put(TwinOperation operation, std::vector<TimesAtSize> sizes) {
  const auto by_size = [](const TimesAtSize& a, const TimesAtSize& b) { return a.value_bytes < b.value_bytes; };
  CHECK(!sizes.empty() && std::is_sorted(sizes.begin(), sizes.end(), by_size));
  operations_[static_cast<size_t>(operation)] = std::move(sizes);
}

Duration ServiceTimes::round_trip(TwinOperation operation, uint64_t value_bytes, double uniform) const {
  return drawn(operation, value_bytes, uniform, &TimesAtSize::round_trip);
}

Duration ServiceTimes::service(TwinOperation operation, uint64_t value_bytes, double uniform) const {
  return drawn(operation, value_bytes, uniform, &TimesAtSize::service);
}

Duration ServiceTimes::drawn(TwinOperation operation, uint64_t value_bytes, double uniform,
                             TimeQuantiles TimesAtSize::*which) const {
  const std::vector<TimesAtSize>& sizes = of(operation);
  if (sizes.empty()) return Duration{0};
  if (sizes.size() == 1 || value_bytes <= sizes.front().value_bytes) return (sizes.front().*which).draw(uniform);
  size_t upper = 1;
  while (upper + 1 < sizes.size() && value_bytes > sizes[upper].value_bytes) ++upper;
  const TimesAtSize &low = sizes[upper - 1], &high = sizes[upper];
  const double share = static_cast<double>(value_bytes - low.value_bytes) /
                       static_cast<double>(std::max<uint64_t>(1, high.value_bytes - low.value_bytes));
  return std::max(Duration{0}, between((low.*which).draw(uniform), (high.*which).draw(uniform), share));
}

Duration ServiceTimes::least_way() const {
  Duration least = kForever;
  for (const TwinOperation operation : {TwinOperation::get_hit, TwinOperation::get_miss, TwinOperation::set}) {
    for (const TimesAtSize& size : of(operation)) {
      least = std::min(least, size.round_trip.least() - size.service.least());
    }
  }
  return least == kForever ? Duration{0} : std::max(Duration{0}, least);
}

const ServiceTimes* CalibratedTimes::find(const std::string& name, const std::string& transport) const {
  const auto at = std::find_if(servers.begin(), servers.end(), [&](const Server& server) {
    return server.name == name && server.transport == transport;
  });
  return at == servers.end() ? nullptr : &at->times;
}

}  // namespace hitbench
