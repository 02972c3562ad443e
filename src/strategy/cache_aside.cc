// cache-aside: the application looks in the cache; on a miss it loads from the origin and fills the cache.
// A write goes to the origin, then deletes the cached copy.
//
// Promise: the origin sees only misses and writes. Failures it allows: a copy may be stale for up to its TTL, when a
// slow fill overtakes a delete or a writer dies between the two steps; and when a popular copy expires, every client
// that misses loads it at once (a stampede: about 1 + rate x load time loads an expiry).
// Use it for read-heavy data that may be a TTL old. Source: the pattern as described by Nishtala et al., "Scaling
// Memcache at Facebook", NSDI 2013, section 2 (demand-filled look-aside, delete on update).
#include "strategy/parts.h"
#include "strategy/ttl.h"
#include "strategy/value.h"

namespace hitbench {
namespace {

class CacheAside final : public Strategy {
 public:
  CacheAside(const Params& params, const StrategyContext& context) : ttl_(params), verify_(context.verify) {}

  Answer read(Key key, Client& client) override {
    const Lookup lookup = client.cache->get(key, client.cache_call);
    bool corrupt = false;
    if (lookup.status == Lookup::Status::hit) {
      Value value;
      corrupt = decode_value(key, lookup.value, verify_, value) == Decoded::corrupt;
      if (!corrupt && !ttl_.expired(value, client)) {
        return {.outcome = Outcome::fresh_hit, .found = true, .write_id = value.write_id};
      }
    }
    // A cache that fails is not a cache that misses: the read counts as failed, the origin is spared.
    if (lookup.status == Lookup::Status::failed || corrupt) return {.corrupt = corrupt};
    return load_and_fill(key, client);
  }

  bool write(Key key, NewValue value, Client& client) override {
    if (!client.origin->store(key, value.write_id, value.payload, client.origin_call).ok) return false;
    return client.cache->erase(key, client.cache_call) != Stored::failed;
  }

  bool erase(Key key, Client& client) override {
    if (!client.origin->erase(key, client.origin_call).ok) return false;
    return client.cache->erase(key, client.cache_call) != Stored::failed;
  }

 private:
  Answer load_and_fill(Key key, Client& client) {
    const Time asked = client.loop.now();
    const Loaded loaded = client.origin->load(key, client.origin_call);
    const Answer answer = answer_of(loaded, client.loop.now() - asked);
    if (loaded.status != Loaded::Status::found) return answer;
    const Expiry expiry = ttl_.draw(client);
    const Value value{.write_id = loaded.write_id,
                      .row_version = loaded.row_version,
                      .expiry = expiry.at,
                      .load_time = loaded.took,
                      .payload = loaded.value};
    encode_value(key, value, verify_, client.encoded);
    // A fill that fails costs the next reader a load, this one nothing.
    client.cache->set(key, client.encoded, expiry.physical, client.cache_call);
    return answer;
  }

  const Ttl ttl_;
  const bool verify_;
};

}  // namespace

std::unique_ptr<Strategy> make_cache_aside(const Params& params, const StrategyContext& context) {
  return std::make_unique<CacheAside>(params, context);
}

std::vector<Field> cache_aside_fields() {
  constexpr std::string_view kLater = "not available yet";
  std::vector<Field> fields = ttl_fields("\"60s\"");
  fields.push_back({.name = "on_write",
                    .type = FieldType::text,
                    .fallback = "\"invalidate\"",
                    .doc = "what a write does to the cached copy: origin, then delete",
                    .choices = {"invalidate"}});
  fields.push_back({.name = "fill",
                    .type = FieldType::text,
                    .fallback = "\"set\"",
                    .doc = "how a loaded value enters the cache",
                    .choices = {"set"}});
  fields.push_back({.name = "ttl_from",
                    .type = FieldType::text,
                    .fallback = "\"write\"",
                    .doc = "when a copy's TTL begins",
                    .choices = {"write"}});
  fields.push_back({.name = "guard",
                    .type = FieldType::text,
                    .fallback = "\"none\"",
                    .doc = "what keeps many clients from loading one key at once",
                    .choices = {"none"}});
  for (const std::string_view name : {"nulls", "refresh", "fail_safe", "batch"}) {
    fields.push_back(
        {.name = name, .type = FieldType::text, .fallback = "null", .doc = "comes later", .unavailable = kLater});
  }
  return fields;
}

}  // namespace hitbench
