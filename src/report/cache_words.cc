#include "report/cache_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/defaults.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/units.h"
#include "judge/format.h"

namespace hitbench {
namespace {

constexpr size_t kMostKinds = 3;

// Caches that hold as much.
struct CacheKind {
  std::string size, policy;  // no policy where theirs differ
  std::vector<std::string> names;
};

// "64 MiB".
std::string bytes_words(const Document& value) {
  return value.is_number() ? without_zeros(format_size(value.get<double>())) : document_word(value);
}

// Empty where nobody knows.
std::string limit_words(const Document& cache) {
  if (!cache.is_object()) return "";
  if (!value_at(cache, {"address"}).is_null() || !value_at(cache, {"config"}).is_null()) return "";
  const Document args = value_at(cache, {"args"});  // which may say otherwise
  if (args.is_array() && !args.empty()) return "";
  if (const std::string entries = count_of(value_at(cache, {"entries"})); !entries.empty()) {
    return with_noun(entries, "entry");
  }
  for (const char* name : {"bytes", "memory"}) {
    if (const Document bytes = value_at(cache, {name}); !bytes.is_null()) return bytes_words(bytes);
  }
  return cache.contains("entries") ? with_noun(format_count(kDefaultMemoryEntries), "entry") : "";
}

bool is_used(const std::string& name, const std::vector<RunResult>& runs) {
  return std::any_of(runs.begin(), runs.end(),
                     [&](const RunResult& run) { return run.has_cache() && run.cache == name; });
}

void add_cache(const Document& cache, const std::vector<RunResult>& runs, std::vector<CacheKind>& kinds) {
  const std::string name = word_at(cache, {"name"}), size = limit_words(cache), policy = word_at(cache, {"policy"});
  if (size.empty() || !is_used(name, runs)) return;
  const auto alike =
      std::find_if(kinds.begin(), kinds.end(), [&](const CacheKind& kind) { return kind.size == printable(size); });
  if (alike == kinds.end()) return kinds.push_back({printable(size), printable(policy), {printable(name)}});
  alike->names.push_back(printable(name));
  if (alike->policy != printable(policy)) alike->policy.clear();
}

bool sweeps_caches(const Document& scenario) {
  const Document sweep = value_at(scenario, {"sweep"});
  if (!sweep.is_object()) return false;
  return std::any_of(sweep.items().begin(), sweep.items().end(),
                     [](const auto& point) { return point.key().starts_with("cache"); });
}

}  // namespace

std::string cache_words(const Document& scenario, const std::vector<RunResult>& runs) {
  if (sweeps_caches(scenario)) return "";
  std::vector<CacheKind> kinds;
  if (const Document cache = value_at(scenario, {"cache"}); cache.is_object()) add_cache(cache, runs, kinds);
  if (const Document caches = value_at(scenario, {"caches"}); caches.is_array()) {
    for (const Document& cache : caches) add_cache(cache, runs, kinds);
  }
  if (kinds.empty() || kinds.size() > kMostKinds) return "";
  if (kinds.size() == 1) {
    const std::string policy = kinds[0].policy.empty() ? "" : " (" + kinds[0].policy + ")";
    return (kinds[0].names.size() > 1 ? "caches of " : "cache of ") + kinds[0].size + policy;
  }
  std::string words;
  for (const CacheKind& kind : kinds) add_part(words, fmt::format("{} {}", fmt::join(kind.names, " and "), kind.size));
  return words;
}

}  // namespace hitbench
