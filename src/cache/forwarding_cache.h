// The base of every decorator of a cache: it forwards each call to the cache it wraps, so that a decorator overrides
// only what it changes. One that changes lookups overrides get() and get_many(), which do not call each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "cache/cache.h"

namespace hitbench {

class ForwardingCache : public Cache, public Batch, public Owned {
 public:
  // The wrapped cache outlives this one.
  explicit ForwardingCache(Cache& wrapped) : wrapped_(&wrapped) {}

  Lookup get(Key key, Call& call) override { return wrapped_->get(key, call); }
  Stored set(Key key, Bytes value, Duration ttl, Call& call) override { return wrapped_->set(key, value, ttl, call); }
  Stored add(Key key, Bytes value, Duration ttl, Call& call) override { return wrapped_->add(key, value, ttl, call); }
  Stored erase(Key key, Call& call) override { return wrapped_->erase(key, call); }

  Batch* batch() override { return wrapped_->batch() == nullptr ? nullptr : this; }
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    wrapped_->batch()->get_many(keys, call, found);
  }

  Owned* owned() override { return wrapped_->owned() == nullptr ? nullptr : this; }
  Stored erase_if(Key key, Bytes token, Call& call) override { return wrapped_->owned()->erase_if(key, token, call); }

  // The queue itself: it holds no entries, so most decorators have nothing to do with it.
  Queue* queue() override { return wrapped_->queue(); }

  std::optional<CacheUsage> usage() const override { return wrapped_->usage(); }
  std::optional<Traffic> traffic() const override { return wrapped_->traffic(); }
  Tally take_words() override { return wrapped_->take_words(); }
  uint64_t remove_own_keys(const std::function<void()>& progress) override {
    return wrapped_->remove_own_keys(progress);
  }

 protected:
  // For a decorator whose cache is replaced: it calls wrap() before anything else.
  ForwardingCache() = default;
  void wrap(Cache& wrapped) { wrapped_ = &wrapped; }
  Cache& wrapped() const { return *wrapped_; }

 private:
  Cache* wrapped_ = nullptr;
};

}  // namespace hitbench
