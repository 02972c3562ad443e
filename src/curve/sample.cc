#include "curve/sample.h"

#include <algorithm>

#include "base/rng.h"

namespace hitbench {

std::vector<Node> keys_by_reads(const Replay& whole) {
  std::vector<uint32_t> reads(whole.keys);
  for (const CompactRequest& request : whole.requests)
    reads[request.key] += request.operation() == TraceOperation::read;
  std::vector<Node> keys;
  for (Node key = 0; key < whole.keys; ++key) {
    if (reads[key] > 0) keys.push_back(key);
  }
  // In any order among equals: neighbors in the trace may be a page and its pictures.
  std::sort(keys.begin(), keys.end(),
            [&](Node a, Node b) { return reads[a] != reads[b] ? reads[a] > reads[b] : mix64(a) < mix64(b); });
  return keys;
}

Sample::Sample(const Replay& whole, const std::vector<Node>& by_reads, const SampleDraw& draw) {
  std::vector<bool> drawn(whole.keys);
  const double stride = static_cast<double>(by_reads.size()) / static_cast<double>(draw.keys);
  // The samples are a quarter of a stride apart, so that they do not meet.
  const double start = (draw.number + Rng(draw.seed).uniform()) / kSamples;
  for (uint64_t i = 0; i < draw.keys; ++i) {
    const auto at = static_cast<size_t>((static_cast<double>(i) + start) * stride);
    drawn[by_reads[std::min(at, by_reads.size() - 1)]] = true;
  }
  std::vector<Node> numbers(whole.keys, kNoNode);
  replay_.unit = whole.unit;
  replay_.is_plain = whole.is_plain;
  replay_.sizes.equal = whole.sizes.equal;
  for (Node key = 0; key < whole.keys; ++key) {
    if (!drawn[key]) continue;
    numbers[key] = replay_.keys++;
    if (!whole.sizes.bytes.empty()) replay_.sizes.bytes.push_back(whole.sizes.bytes[key]);
  }
  for (const CompactRequest& request : whole.requests) {
    if (numbers[request.key] == kNoNode) continue;
    requests_.push_back(request);
    requests_.back().key = numbers[request.key];
    reads_ += request.operation() == TraceOperation::read;
  }
  replay_.requests = requests_;
}

}  // namespace hitbench
