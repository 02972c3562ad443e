// direct: the cache alone, no origin: what a load generator measures.
//
// Promise: nothing but the cache's own cost. Failure it allows: a miss stays a miss, and what is evicted is gone.
// Use it to compare servers and client libraries; the data set is loaded before measuring.
#include "base/check.h"
#include "strategy/parts.h"
#include "strategy/ttl.h"
#include "strategy/value.h"

namespace hitbench {
namespace {

class Direct final : public Strategy {
 public:
  Direct(const Params& params, const StrategyContext& context)
      : ttl_(params, context.key_ttls), envelope_(envelope_of(params, context.verify, context.key_ttls != nullptr)) {}

  [[gnu::flatten]] Answer read(Key key, Client& client) override {
    return judge(key, client.cache->get(key, client.cache_call), client);
  }

  void read_many(std::span<const Key> keys, std::span<Answer> answers, Client& client) override {
    Batch* const batch = client.cache->batch();
    CHECK(batch != nullptr);  // every cache of ours has it; the contract tests check
    batch->get_many(keys, client.cache_call,
                    [&](size_t i, Lookup lookup) { answers[i] = judge(keys[i], lookup, client); });
  }

  bool write(Key key, NewValue value, Client& client) override {
    const Expiry expiry = ttl_.draw(key, client);
    const Value whole{.write_id = value.write_id, .expiry = expiry.at, .payload = value.payload};
    encode_value(key, whole, envelope_, client.encoded);
    return client.cache->set(key, client.encoded, expiry.physical, client.cache_call) == Stored::stored;
  }

  bool erase(Key key, uint64_t, Client& client) override {
    return client.cache->erase(key, client.cache_call) != Stored::failed;
  }

  bool preload(Key key, NewValue value, Client& client) override { return write(key, value, client); }
  bool preloads_through_origin() const override { return false; }

 private:
  Answer judge(Key key, const Lookup& lookup, const Client& client) const {
    if (lookup.status == Lookup::Status::failed) return {};
    if (lookup.status == Lookup::Status::miss) return {.outcome = Outcome::miss, .cause = client.cache_call.missed};
    Value value;
    if (decode_value(key, lookup.value, envelope_, value) == Decoded::corrupt) return {.corrupt = true};
    if (ttl_.expired(value, client)) return {.outcome = Outcome::miss, .cause = MissCause::expired};
    return {.outcome = Outcome::fresh_hit, .found = true, .write_id = value.write_id};
  }

  const Ttl ttl_;
  const Envelope envelope_;
};

}  // namespace

std::unique_ptr<Strategy> make_direct(const Params& params, const StrategyContext& context) {
  return std::make_unique<Direct>(params, context);
}

std::vector<Field> direct_fields() {
  std::vector<Field> fields = ttl_fields("\"none\"");
  fields.push_back(batch_field());
  return fields;
}

}  // namespace hitbench
