// How long a cached entry may live. The logical expiry in the value always decides; the cache's own TTL only frees
// memory.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/key.h"
#include "base/key_ttls.h"
#include "base/part.h"
#include "strategy/strategy.h"
#include "strategy/value.h"

namespace hitbench {

struct Expiry {
  Time at{};  // zero: never
  Duration physical = kForever;
};

class Ttl {
 public:
  // `own`: of the keys that have a TTL of their own; may be null.
  Ttl(Duration ttl, double jitter, std::shared_ptr<const KeyTtls> own = nullptr)
      : ttl_(ttl), jitter_(jitter), own_(std::move(own)) {}
  explicit Ttl(const Params& params, std::shared_ptr<const KeyTtls> own = nullptr)
      : Ttl(params.duration("ttl"), params.real("ttl_jitter"), std::move(own)) {}

  // Before any jitter.
  Duration of(Key key) const { return own_ ? own_->of(key.id).value_or(ttl_) : ttl_; }
  bool differs_by_key() const { return own_ != nullptr; }
  Duration usual() const { return ttl_; }  // of keys without one of their own

  // The expiry of a cached entry that is stored now: TTL ± jitter, uniform, and never below 1 ns.
  Expiry draw(Key key, Client& client) const {
    const Duration ttl = of(key);
    if (ttl == kForever) return {};
    Duration lives = ttl;
    if (jitter_ > 0) {
      const double factor = 1 + jitter_ * (2 * client.rng.uniform() - 1);
      lives = std::max(Duration(1), Duration(static_cast<int64_t>(static_cast<double>(ttl.count()) * factor)));
    }
    return {.at = client.loop.now() + lives, .physical = lives};
  }

  // Judged at the operation's start: a cached entry may run out while its reply is under way.
  static bool expired(const Value& value, const Client& client) {
    return value.expiry != Time{} && client.started >= value.expiry;
  }

 private:
  Duration ttl_;
  double jitter_;
  std::shared_ptr<const KeyTtls> own_;
};

inline std::vector<Field> ttl_fields(std::string_view ttl) {
  return {{.name = "ttl",
           .type = FieldType::duration,
           .fallback = ttl,
           .doc = "how long a cached entry may live",
           .min = 0,
           .min_excluded = true,
           .word = "none"},
          {.name = "ttl_jitter",
           .type = FieldType::real,
           .fallback = "0",
           .doc = "each TTL varies uniformly by up to this share either way: 0.1 is ±10 %",
           .min = 0,
           .max = 1}};
}

}  // namespace hitbench
