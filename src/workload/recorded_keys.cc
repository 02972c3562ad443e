// recorded: the keys of a trace that `workload.trace` names, under their own names where a cache takes these, and the
// sizes of their values; and the fields of `workload.trace`.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "base/crc32c.h"
#include "base/text.h"
#include "registry.h"
#include "workload/parts.h"
#include "workload/recorded.h"
#include "workload/trace/selection.h"

namespace hitbench {
namespace {

constexpr size_t kLongestName = 250;  // memcached's limit

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
  }
  return true;
}

class RecordedKeys final : public KeyDistribution {
 public:
  RecordedKeys(std::shared_ptr<const CompactTrace> trace, bool takes_sample)
      : trace_(std::move(trace)), takes_sample_(takes_sample) {
    for (uint32_t key = 0; key < trace_->keys(); ++key) {
      const std::string_view text = trace_->key_text(key);
      if (!is_name(text)) renamed_.emplace(key, fmt::format("long:{:016x}:{}", hash_bytes(text), key));
    }
  }

  // The workload gives a trace's requests itself; on their own, the keys follow its order.
  uint64_t next(Rng&, uint64_t position, uint64_t) const override {
    return trace_->requests()[position % trace_->requests().size()].key;
  }
  bool in_order() const override { return true; }
  double probability(uint64_t key) const override {
    const auto is_of = [key](const CompactRequest& request) { return request.key == key; };
    const std::span<const CompactRequest> all = trace_->requests();
    return static_cast<double>(std::count_if(all.begin(), all.end(), is_of)) / static_cast<double>(all.size());
  }
  uint64_t own_keys() const override { return trace_->keys(); }
  std::string_view own_text(uint64_t key) const override {
    const auto at = renamed_.find(static_cast<uint32_t>(key));
    return at == renamed_.end() ? trace_->key_text(static_cast<uint32_t>(key)) : std::string_view(at->second);
  }
  std::optional<uint32_t> own_value_bytes(uint64_t key) const override {
    const uint32_t bytes = trace_->last_bytes(static_cast<uint32_t>(key));
    return bytes == CompactRequest::kUnknownBytes ? std::nullopt : std::optional(bytes);
  }

  std::string doubt() const override {
    std::string text = what_is_missing();
    if (!renamed_.empty()) {
      add_part(text,
               fmt::format("{} that no cache would take (longer than 250 bytes, or with blanks) have other names",
                           counted(renamed_.size(), "key")),
               "; ");
    }
    const uint32_t unknown = trace_->keys() - trace_->sized_keys();
    if (unknown > 0) {
      add_part(text,
               fmt::format("of {} nothing tells the size of the value: workload.value_bytes does",
                           unknown == trace_->keys() ? "its keys" : counted(unknown, "key")),
               "; ");
    }
    return text;
  }

 private:
  // Of the lines of the trace.
  std::string what_is_missing() const {
    const TraceCounts& counts = trace_->counts();
    std::string text;
    if (counts.malformed > 0) add_part(text, counted(counts.malformed, "malformed line") + " left out");
    if (counts.lost > 0) add_part(text, counted(counts.lost, "request") + " lost by the recording");
    for (const auto& [reason, count] : counts.left_out) {
      if (takes_sample_ && reason == kNotSampled) continue;
      add_part(text, fmt::format("{} left out: {}", counted(count, "line"), reason), "; ");
    }
    if (trace_->has_whole_seconds()) {
      add_part(text, "its times are whole seconds: requests are spread within them at random", "; ");
    }
    return text.empty() ? "" : "the trace: " + text;
  }

  const std::shared_ptr<const CompactTrace> trace_;
  const bool takes_sample_;  // the scenario asks for it, and its report says so
  std::map<uint32_t, std::string> renamed_;
};

// Of what a plan counts.
Field told(std::string_view name, std::string_view doc) {
  return {.name = name, .type = FieldType::integer, .fallback = "null", .doc = std::string(doc), .min = 0};
}

}  // namespace

std::vector<Field> recorded_fields(const std::vector<TraceRow>& formats) {
  std::string names;
  for (const TraceRow& row : formats) add_part(names, row.name);
  return {
      {.name = "file",
       .type = FieldType::text,
       .fallback = "",
       .doc = "a trace or a log, as it is or compressed: .gz, .zst, .xz"},
      {.name = "format",
       .type = FieldType::text,
       .fallback = "\"auto\"",
       .doc = "auto, a log's own format string, or one of " + names},
      {.name = "key",
       .type = FieldType::text,
       .fallback = "\"url\"",
       .doc = "what is cached: url, path, path+query, or a regular expression (RE2) whose groups are the key"},
      {.name = "reads",
       .type = FieldType::texts,
       .fallback = "[]",
       .doc = "methods or commands that read; empty: the format's own"},
      {.name = "writes",
       .type = FieldType::texts,
       .fallback = "[]",
       .doc = "methods or commands that write or delete; empty: the format's own"},
      {.name = "from",
       .type = FieldType::text,
       .fallback = "null",
       .doc = "leave out what was before: \"2026-11-30T08:00:00Z\", or \"90s\" since its first request"},
      {.name = "to", .type = FieldType::text, .fallback = "null", .doc = "leave out what was from then on"},
      {.name = "sample",
       .type = FieldType::real,
       .fallback = "1",
       .doc = "only this share of the keys, by a hash; the sizes of the caches are multiplied by it, too",
       .min = 0,
       .max = 1,
       .min_excluded = true},
      {.name = "max_malformed",
       .type = FieldType::integer,
       .fallback = "null",
       .doc = "lines that may be malformed; null: 1 % of them",
       .min = 0},
      {.name = "pace",
       .type = FieldType::real,
       .fallback = "1",
       .doc = "1: the trace's own times; 10: ten times as fast; \"closed\": as fast as the clients answer",
       .min = 0,
       .max = 1e6},
      told("requests", "how many it has: filled in"),
      told("keys", "how many keys: filled in"),
      told("sized_keys", "keys whose value's size it tells: filled in"),
      told("ttl_keys", "keys whose TTL it tells: filled in"),
      {.name = "read_as", .type = FieldType::text, .fallback = "null", .doc = "the format that was found: filled in"},
  };
}

std::unique_ptr<KeyDistribution> make_recorded_keys(const Params& params, uint64_t /*count*/,
                                                    const Registry& registry) {
  return std::make_unique<RecordedKeys>(recorded_trace(params, registry), params.real("sample") < 1);
}

}  // namespace hitbench
