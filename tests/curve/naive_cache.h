// A cache of LRU over a trace, written without any of the code that it judges.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "curve/stack_distances.h"
#include "workload/trace/compact.h"

namespace hitbench {

struct NaiveCache {
  uint64_t capacity = 0;
  bool by_bytes = false;
  std::optional<uint32_t> ttl = {};  // from the fill on

  // Entries are of their key (3 bytes in a FakeTrace) and value.
  SizeHits hits(const CompactTrace& trace) const {
    struct Entry {
      uint32_t key, filled;
      uint64_t size;
    };
    std::list<Entry> order;  // the newest first
    const auto remove = [&](uint32_t key) { order.remove_if([&](const Entry& entry) { return entry.key == key; }); };
    SizeHits sum;
    for (const CompactRequest& request : trace.requests()) {
      if (ttl) order.remove_if([&](const Entry& entry) { return entry.filled + *ttl <= request.time; });
      if (request.operation() == TraceOperation::fill) continue;
      if (request.operation() != TraceOperation::read || request.absent()) {
        remove(request.key);
        continue;
      }
      const uint32_t value = trace.last_bytes(request.key);
      const uint64_t bytes = value == CompactRequest::kUnknownBytes ? 0 : trace.key_bytes(request.key) + value;
      Entry entry{request.key, request.time, by_bytes ? bytes : 1};
      bool is_hit = false;
      for (const Entry& held : order) {
        if (held.key != request.key) continue;
        is_hit = true;
        entry.filled = held.filled;
      }
      if (is_hit) {
        ++sum.hits;
        sum.hit_bytes += bytes;
        remove(request.key);
      }
      if (entry.size > capacity) continue;
      order.push_front(entry);
      for (uint64_t used = used_by(order); used > capacity; used = used_by(order)) order.pop_back();
    }
    return sum;
  }

 private:
  template <class Order>
  static uint64_t used_by(const Order& order) {
    uint64_t used = 0;
    for (const auto& entry : order) used += entry.size;
    return used;
  }
};

}  // namespace hitbench
