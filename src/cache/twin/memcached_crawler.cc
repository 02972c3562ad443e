#include "cache/twin/memcached_crawler.h"

#include <algorithm>

namespace hitbench {

namespace {

constexpr Second kWaitStep = 60;
constexpr Second kWaitMax = 3600;  // MAX_MAINTCRAWL_WAIT
constexpr Second kRetry = 5;       // from one crawl to the next at least

// Going through all entries in the order of their keys is cheaper than along a queue where that has so large a share.
constexpr uint64_t kShareForSweep = 16;

}  // namespace

void MemcachedCrawler::check(MemcachedItems& items) {
  const Second now = items.second();
  if (!is_done_ && now <= next_) return;
  is_done_ = false;
  next_ = UINT32_MAX;
  std::array<bool, kQueues> due{};
  bool is_any_due = false;
  for (size_t id = 1; id < kQueues; ++id) {
    Queue& queue = queues_[id];
    if (queue.is_done) {
      plan(queue, now);
      queue.is_done = false;
    }
    if (now > queue.next) {
      due[id] = is_any_due = true;
      queue.next = now + kRetry;
    }
    next_ = std::min(next_, queue.next);
  }
  if (is_any_due) crawl(items, due);
}

void MemcachedCrawler::plan(Queue& queue, Second now) {
  const uint64_t enough = queue.with_ttl / 100 + 1;
  uint64_t over = 0;
  for (Second minute = 0; minute < kMinutes; ++minute) {
    over += queue.over_within[minute];
    if (over <= enough) continue;
    if (queue.wait < minute * 60) {
      queue.wait += kWaitStep;
    } else if (queue.wait >= kWaitStep) {
      queue.wait -= kWaitStep;
    }
    break;
  }
  if (over == 0) queue.wait += kWaitStep;
  queue.wait = std::min(queue.wait, kWaitMax);
  queue.next = now + queue.wait + kRetry;
}

void MemcachedCrawler::crawl(MemcachedItems& items, const std::array<bool, kQueues>& due) {
  is_done_ = true;
  uint64_t entries = 0;
  for (size_t id = 1; id < kQueues; ++id) {
    if (!due[id]) continue;
    entries += items.queue(static_cast<QueueId>(id)).entries;
    queues_[id].is_done = true;
    queues_[id].with_ttl = 0;
    queues_[id].over_within.fill(0);
  }
  if (entries * kShareForSweep >= items.keys()) {
    for (Node key = 0; key < items.keys(); ++key) {
      const QueueId id = items.item(key).queue;
      if (id != 0 && due[id]) visit(items, key, queues_[id]);
    }
    return;
  }
  for (size_t id = 1; id < kQueues; ++id) {
    if (!due[id]) continue;
    for (Node key = items.queue(static_cast<QueueId>(id)).tail; key != kNoNode;) {
      const Node next = items.item(key).newer;
      visit(items, key, queues_[id]);
      key = next;
    }
  }
}

void MemcachedCrawler::visit(MemcachedItems& items, Node key, Queue& queue) {
  const MemcachedItem& item = items.item(key);
  if (item.end == 0) return;
  if (items.is_over(item)) {
    items.expire(key);
    return;
  }
  ++queue.with_ttl;
  const Second minute = (item.end - items.second()) / 60;
  if (minute < kMinutes) ++queue.over_within[minute];
}

}  // namespace hitbench
