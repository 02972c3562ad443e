// The crawler of a modeled Memcached: it goes through queues and removes what is beyond its TTL. A queue is crawled
// again once more than 1 % of its entries with a TTL may be over, by the minutes that their TTLs had left at the last
// crawl; each crawl that promises nothing lets it wait a minute longer, up to an hour (items.c
// lru_maintainer_crawler_check, crawler.c crawler_expired_eval).
//
// A crawl takes the server milliseconds; here it happens at once.
#pragma once

#include <array>
#include <cstdint>

#include "cache/twin/memcached_items.h"

namespace hitbench {

class MemcachedCrawler {
 public:
  // Once a second.
  void check(MemcachedItems& items);

 private:
  static constexpr size_t kMinutes = 60;

  struct Queue {
    Second next = 0;
    Second wait = 0;
    bool is_done = false;  // crawled, and its counts not looked at yet
    uint32_t with_ttl = 0;
    std::array<uint32_t, kMinutes> over_within{};  // by minute
  };

  static void plan(Queue& queue, Second now);
  void crawl(MemcachedItems& items, const std::array<bool, kQueues>& due);
  void visit(MemcachedItems& items, Node key, Queue& queue);

  std::array<Queue, kQueues> queues_{};
  Second next_ = 0;       // before which no queue is due
  bool is_done_ = false;  // a queue is
};

}  // namespace hitbench
