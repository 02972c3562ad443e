// What a cache server keeps and what it drops: its memory, its eviction and its expiry, without values, sockets or
// service times. The twins of Redis and Memcached are made of it (a server in virtual time), and so are their curves
// (hit ratio by size of a trace).
//
// A key is a number, dense from 0. Its owner is the only caller and on one thread; it hands numbers out, may use one
// again once its entry is gone, and keeps the values, if there are any. Time never goes back from one call to the next,
// and what the server does by itself meanwhile (its cron, its maintainer thread) happens within the next call.
//
// One file per server. Its class has no header: it offers make_NAME_model and the struct of its settings.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"
#include "cache/memory/policy.h"

namespace hitbench {

struct ItemSize {
  uint32_t key_bytes = 0;    // as the server sees it, a prefix included
  uint32_t value_bytes = 0;  // the whole stored value
};

struct ModelUsage {
  uint64_t entries = 0;       // the server's own count: expired ones that it has not noticed are in it
  uint64_t memory_bytes = 0;  // by the server's own account: used_memory of Redis, `bytes` of Memcached
  uint64_t buffer_bytes = 0;  // in it, what buffers of connections have grown by, which is no data
  uint64_t limit_bytes = 0;   // of its memory; 0: none
  uint64_t evictions = 0;     // since start
  uint64_t expired = 0;       // removed since start because their time was over
};

// What a model is made with that is to say what one server of that kind would do.
struct ModelLimit {
  uint64_t bytes = 0;    // of its memory, as its own option counts them
  uint64_t entries = 0;  // instead, where nobody knows their sizes; 0: none
  uint64_t seed = 1;
};

class ServerModel {
 public:
  virtual ~ServerModel() = default;

  virtual void grow(Node keys) = 0;  // 0 to keys - 1 may come

  // A lookup: whether there is a value that has not expired. It counts as a use.
  virtual bool get(Node key, Time now) = 0;

  enum class Kept {
    kept,
    // Refused with an error; an older entry of the key is gone where the server removes it, which take_gone() tells.
    no_memory,  // nothing may be evicted, or nothing was found that could be
    too_large,
  };
  // `end`: when it expires; kNever where it has no TTL.
  virtual Kept set(Node key, const ItemSize& size, Time end, Time now) = 0;

  virtual bool erase(Node key, Time now) = 0;  // whether there was an unexpired entry
  virtual bool holds(Node key) const = 0;      // whether it has an entry, expired or not; not a use

  // The keys whose entries went otherwise than by erase() since this was last called: evicted, expired or pushed out by
  // a refusal. They are kept until somebody takes them, and what it returns is valid until it is called again.
  virtual std::span<const Node> take_gone() = 0;

  virtual ModelUsage usage(Time now) = 0;
};

}  // namespace hitbench
