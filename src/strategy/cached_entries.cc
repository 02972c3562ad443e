#include "strategy/cached_entries.h"

#include "base/check.h"

namespace hitbench {
namespace {

// A row that the origin does not have is remembered with the negative entries' own TTL, which the cached entries'
// jitter varies too.
Ttl null_ttl(const Params& params, const Ttl& entries) {
  return params.has("nulls") ? Ttl(params.part("nulls").params.duration("ttl"), params.real("ttl_jitter")) : entries;
}

}  // namespace

CachedEntries::CachedEntries(const Params& params, const StrategyContext& context, Duration stale_window)
    : envelope_(envelope_of(params, context.verify, context.key_ttls != nullptr)),
      stale_window_(stale_window),
      ttl_(params, context.key_ttls),
      null_ttl_(null_ttl(params, ttl_)),
      has_nulls_(params.has("nulls")),
      ttl_from_access_(params.text("ttl_from") == "access"),
      fill_(params.text("fill") == "add"      ? Fill::add
            : params.text("fill") == "locked" ? Fill::locked
                                              : Fill::set) {}

Found CachedEntries::find(Key key, Client& client) const {
  const Found found = classify(key, client.cache->get(key, client.cache_call), client);
  if (ttl_from_access_ && found.state == Found::State::fresh) restart_ttl(key, found.value, client);
  return found;
}

void CachedEntries::find_many(std::span<const Key> keys, std::span<Found> found, Client& client) const {
  Batch* const batch = client.cache->batch();
  CHECK(batch != nullptr);  // every cache of ours has it; the contract tests check
  batch->get_many(keys, client.cache_call, [&](size_t i, Lookup lookup) {
    found[i] = classify(keys[i], lookup, client);
    found[i].value.payload = {};
  });
}

Found CachedEntries::classify(Key key, const Lookup& lookup, const Client& client) const {
  if (lookup.status == Lookup::Status::failed) return {};
  if (lookup.status == Lookup::Status::miss) {
    return {.state = Found::State::missing, .cause = client.cache_call.missed};
  }
  Found found;
  if (decode_value(key, lookup.value, envelope_, found.value) == Decoded::corrupt) return {.corrupt = true};
  if (Ttl::expired(found.value, client)) {
    found.state = Found::State::expired;
    found.cause = MissCause::expired;
  } else {
    found.state = found.is_negative() ? Found::State::negative : Found::State::fresh;
  }
  return found;
}

Answer coalesced(const Found& found) {
  return {.outcome = Outcome::coalesced,
          .found = found.state == Found::State::fresh,
          .write_id = found.value.write_id,
          .row_version = found.value.row_version};
}

Answer CachedEntries::load(Key key, Client& client) const {
  const Fetched fetched = fetch(key, client);
  fill(key, fetched.loaded, client);
  return fetched.answer;
}

CachedEntries::Fetched CachedEntries::fetch(Key key, Client& client) const {
  const Time asked = client.loop.now();
  const Loaded loaded = client.origin->load(key, client.origin_call);
  return {loaded, answer_of(loaded, client.loop.now() - asked)};
}

void CachedEntries::fill(Key key, const Loaded& loaded, Client& client) const {
  if (loaded.status == Loaded::Status::failed) return;
  const bool absent = loaded.status == Loaded::Status::absent;
  if (absent && !has_nulls_) return;
  if (is_pinned_ && is_pinned_(key)) return;
  const Duration lives = encode(key,
                                {.write_id = loaded.write_id,
                                 .row_version = loaded.row_version,
                                 .load_time = loaded.took,
                                 .flags = absent ? kNegativeEntry : uint8_t{0},
                                 .payload = absent ? Bytes() : loaded.value},
                                absent ? null_ttl_ : ttl_, client);
  if (fill_ == Fill::add) {
    client.cache->add(key, client.encoded, lives, client.cache_call);
  } else {
    client.cache->set(key, client.encoded, lives, client.cache_call);
  }
}

Stored CachedEntries::put(Key key, NewValue value, uint64_t row_version, Client& client) const {
  const Duration lives =
      encode(key, {.write_id = value.write_id, .row_version = row_version, .payload = value.payload}, ttl_, client);
  return client.cache->set(key, client.encoded, lives, client.cache_call);
}

// TTLs from the last access: a hit is written back with a new one. That costs a second round trip, and can bring back
// a value that was deleted in between.
void CachedEntries::restart_ttl(Key key, const Value& value, Client& client) const {
  const Duration lives = encode(key, value, ttl_, client);
  client.cache->set(key, client.encoded, lives, client.cache_call);
}

// Encodes the value with an expiry drawn now; returns how long the cache is to keep it.
Duration CachedEntries::encode(Key key, Value value, const Ttl& ttl, Client& client) const {
  const Expiry expiry = ttl.draw(key, client);
  value.expiry = expiry.at;
  encode_value(key, value, envelope_, client.encoded);
  return expiry.physical == kForever ? kForever : expiry.physical + stale_window_;
}

}  // namespace hitbench
