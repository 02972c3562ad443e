#include "report/trace_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/printable.h"
#include "base/text.h"
#include "judge/likeness.h"

namespace hitbench {
namespace {

// The strategies', or the only one's.
Document strategies_of(const Document& scenario) {
  if (scenario.contains("strategies") && scenario["strategies"].is_array()) return scenario["strategies"];
  return Document::array({value_at(scenario, {"strategy"})});
}

// Where all strategies that have one share it.
std::string ttl_words(const Document& scenario) {
  const Document sweep = value_at(scenario, {"sweep"});
  for (const auto& [path, points] : sweep.items()) {
    if (path.find("ttl") != std::string::npos || path.starts_with("strateg")) return "";
  }
  std::set<std::string> ttls;
  for (const Document& strategy : strategies_of(scenario)) {
    if (const std::string ttl = word_at(strategy, {"ttl"}); !ttl.empty()) ttls.insert(ttl);
  }
  if (ttls.size() != 1) return "";
  return *ttls.begin() == "none" ? "no TTL" : "TTL " + *ttls.begin();
}

bool has_strategy_with_ttl(const Document& scenario) {
  const Document strategies = strategies_of(scenario);
  return std::any_of(strategies.begin(), strategies.end(),
                     [](const Document& strategy) { return !value_at(strategy, {"ttl"}).is_null(); });
}

std::string pace_words(const Document& trace) {
  const Document pace = value_at(trace, {"pace"});
  if (pace == "closed") return "as fast as the clients answer";
  if (pace.is_string()) return "at " + printable(pace.get<std::string>()) + " times its pace";  // swept
  if (!pace.is_number() || pace == 1) return "at its own pace";
  return fmt::format("at {:g} times its pace", pace.get<double>());
}

}  // namespace

std::string trace_words(const Document& scenario) {
  const Document trace = value_at(scenario, {"workload", "trace"});
  std::string line = printable(word_at(trace, {"file"}));
  if (const std::string format = word_at(trace, {"read_as"}); !format.empty()) line += " (" + format + ")";
  const std::string requests = count_of(value_at(trace, {"requests"})), keys = count_of(value_at(trace, {"keys"}));
  if (!requests.empty() && !sweeps_trace(scenario)) {
    line += fmt::format(": {} to {}", with_noun(requests, "request"), with_noun(keys, "key"));
  }
  add_part(line, pace_words(trace));
  return line;
}

std::string sample_words(const Document& scenario) {
  const Document sample = value_at(scenario, {"workload", "trace", "sample"});
  if (sample.is_null() || sample == 1) return "";
  const std::string share = sample.is_number() ? fmt::format("{:.6g} %", 100 * sample.get<double>())
                                               : "a share (" + document_word(sample) + ")";  // swept
  return share + " of the keys (by hash), cache sizes scaled alike: rates and loads per second are of the sample";
}

std::string lifetime_words(const Document& scenario) {
  const Document trace = value_at(scenario, {"workload", "trace"});
  const std::string others = ttl_words(scenario);
  const Document own = value_at(trace, {"ttl_keys"}), keys = value_at(trace, {"keys"});
  const bool is_swept = sweeps_trace(scenario), is_of_all = own == keys && !is_swept;
  if (!own.is_number() || (own == 0 && !is_swept) || !has_strategy_with_ttl(scenario)) return others;
  std::string line = own == 0 ? "TTLs as recorded, if any" : "TTLs as recorded";
  if (!is_swept) line += fmt::format(" for {} of {}", count_of(own), with_noun(count_of(keys), "key"));
  if (const Document pace = value_at(trace, {"pace"}); pace.is_number() && pace != 1) line += ", at that pace";
  return is_of_all || others.empty() ? line : line + ", else " + others;
}

}  // namespace hitbench
