#include "cli/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "registry.h"
#include "scenario/part_reader.h"

namespace hitbench {
namespace {

std::vector<std::string> split(const std::string& text, char between) {
  std::vector<std::string> words;
  std::istringstream stream(text + between);
  for (std::string word; std::getline(stream, word, between);) words.push_back(word);
  return words;
}

Json text_value(const std::string& word) { return word; }

Json list_value(const std::string& word) { return split(word, ','); }

// "0.99" as a number, which the reader wants for what is not whole; it takes "100k" and "5ms" as they are.
Json number_or_text(const std::string& word) {
  if (word.find_first_not_of("0123456789+-.eE") != std::string::npos) return word;
  const Json number = Json::parse(word, nullptr, false);
  return number.is_number() ? number : Json(word);
}

const RowInfo& row_with(std::string_view kind, bool Traits::*trait) {
  const std::vector<const RowInfo*> rows = part_kind(registry(), kind).rows;
  const auto has_it = [&](const RowInfo* row) { return row->traits.*trait; };
  const auto at = std::find_if(rows.begin(), rows.end(), has_it);
  CHECK(at != rows.end());
  return **at;
}

// "zipf:theta:count": the distribution's own fields in the order of their table, then the number of keys.
std::string form_of(const RowInfo& row) {
  std::string form(row.name);
  for (const Field& field : row.fields) form += fmt::format(":{}", field.name);
  return row.traits.own_keys ? form : form + ":count";
}

[[noreturn]] void fail_keys(const std::string& word, const RowInfo& row, const std::string& fault) {
  throw usage_error(fmt::format("--keys {}: {}", word, fault),
                    fmt::format("write {}; with fewer numbers the last one is the count", form_of(row)));
}

// Adds the parameters of "zipf:0.99:100k" to the value that has its name.
Json with_parameters(Json value, const RowInfo& row, const std::string& word) {
  std::vector<std::string> words = split(word, ':');
  words.erase(words.begin());
  if (!row.traits.own_keys && !words.empty()) {
    if (!parse_count(words.back())) fail_keys(word, row, fmt::format("\"{}\" is no number of keys", words.back()));
    value["count"] = words.back();
    words.pop_back();
  }
  if (words.size() > row.fields.size()) fail_keys(word, row, "too many parameters");
  for (size_t i = 0; i < words.size(); ++i) {
    const Field& field = row.fields[i];
    value[std::string(field.name)] = field.type == FieldType::text ? Json(words[i]) : number_or_text(words[i]);
  }
  return value;
}

Json keys_value(const std::string& word) {
  if (parse_count(word)) return {{"count", word}};
  const std::string name = word.substr(0, word.find(':'));
  const PartKind kind = part_kind(registry(), "keys");
  const Json value = {{std::string(kind.type_key), name}};
  const RowInfo* row = find_info(kind, name);
  return row == nullptr ? value : with_parameters(value, *row, word);  // the reader knows which names there are
}

Json mix_value(const std::string& word) {
  const Json read = number_or_text(word);
  if (!read.is_number() || read < 0 || read > 1) {
    throw usage_error(fmt::format("--reads {}: must be a share from 0 to 1", word),
                      "for example --reads 0.9; the rest are writes");
  }
  constexpr double kDigits = 1e12;  // 1 - 0.9 is 0.1, whatever binary fractions say
  const double write = std::round((1 - read.get<double>()) * kDigits) / kDigits;
  return {{"read", read}, {"write", write}};
}

Json rate_value(const std::string& word) {
  return {{"loop", row_with("arrivals", &Traits::open_loop).name}, {"rate", number_or_text(word)}};
}

Json origin_value(const std::string& word) {
  if (word.empty() || !is_digit(word.front())) return word;
  return {{"type", row_with("origin", &Traits::modeled).name}, {"latency", word}};
}

constexpr std::array kFlags = {
    ScenarioFlag{.name = "--cache",
                 .form = "CACHE,...",
                 .fallback = "memory",
                 .path = "caches",
                 .kind = "cache",
                 .help = "the caches to compare: names, or addresses of your own servers",
                 .value = list_value},
    ScenarioFlag{.name = "--cache-rtt",
                 .form = "TIME",
                 .fallback = "",
                 .path = "caches.*.rtt",
                 .kind = "cache",
                 .help = "virtual time: what a network adds to each round trip to redis and memcached",
                 .value = text_value,
                 .of_gate = true},
    ScenarioFlag{.name = "--strategy",
                 .form = "STRATEGY,...",
                 .fallback = "cache-aside",
                 .path = "strategies",
                 .kind = "strategy",
                 .help = "how the application uses them; without a scenario file there is also a row without a cache",
                 .value = list_value},
    ScenarioFlag{.name = "--origin",
                 .form = "ORIGIN",
                 .fallback = "simulated",
                 .path = "origin",
                 .kind = "origin",
                 .help = "what is behind the cache: the time that each of its calls takes (5ms), or a name",
                 .value = origin_value},
    ScenarioFlag{.name = "--keys",
                 .form = "KEYS",
                 .fallback = "zipf:0.99:100k",
                 .path = "workload.keys",
                 .kind = "keys",
                 .help = "distribution and number of keys: zipf:THETA:COUNT, uniform:COUNT, COUNT, trace:FILE",
                 .value = keys_value},
    ScenarioFlag{.name = "--value",
                 .form = "BYTES",
                 .fallback = "100",
                 .path = "workload.value_bytes",
                 .kind = "values",
                 .help = "size of a value",
                 .value = number_or_text},
    ScenarioFlag{.name = "--reads",
                 .form = "SHARE",
                 .fallback = "1",
                 .path = "workload.mix",
                 .kind = "",
                 .help = "share of reads, from 0 to 1; the rest are writes",
                 .value = mix_value},
    ScenarioFlag{.name = "--rate",
                 .form = "OPS",
                 .fallback = "",
                 .path = "workload.arrivals",
                 .kind = "arrivals",
                 .help =
                     "operations per second, due whether or not earlier ones are done; without it each client waits "
                     "for its reply and goes on",
                 .value = rate_value},
    ScenarioFlag{.name = "--clients",
                 .form = "N",
                 .fallback = "50",
                 .path = "app.clients",
                 .kind = "",
                 .help = "request handlers of the application; each does one operation at a time",
                 .value = text_value},
    ScenarioFlag{.name = "--ttl",
                 .form = "TIME",
                 .fallback = "60s",
                 .path = "strategies.*.ttl",
                 .kind = "strategy",
                 .help = "how long a cached entry lives, or none",
                 .value = text_value},
    ScenarioFlag{.name = "--for",
                 .form = "TIME",
                 .fallback = "10s",
                 .path = "measure.duration",
                 .kind = "",
                 .help = "how long each row is measured",
                 .value = text_value},
};

const RowInfo* strategy_called(const Json& name) {
  return find_info(part_kind(registry(), "strategy"), name.get<std::string>());
}

Json with_baseline(const Json& names) {
  const auto is_baseline = [](const Json& name) {
    const RowInfo* row = strategy_called(name);
    return row != nullptr && row->traits.without_cache;
  };
  const auto has_both = [](const Json& name) {
    const RowInfo* row = strategy_called(name);
    return row != nullptr && !row->traits.without_cache && !row->traits.without_origin;
  };
  if (std::any_of(names.begin(), names.end(), is_baseline)) return names;
  if (std::none_of(names.begin(), names.end(), has_both)) return names;
  Json all = Json::array({row_with("strategy", &Traits::without_cache).name});
  all.insert(all.end(), names.begin(), names.end());
  return all;
}

}  // namespace

std::span<const ScenarioFlag> scenario_flags() { return kFlags; }

std::vector<TypedField> fields_of(const std::vector<Options::Flag>& flags, bool have_scenario) {
  std::vector<TypedField> fields;
  for (const ScenarioFlag& flag : kFlags) {
    for (const Options::Flag& given : flags) {
      if (given.name != flag.name) continue;
      Json value = flag.value(given.word);
      if (!have_scenario && flag.path == std::string_view("strategies")) value = with_baseline(value);
      fields.push_back({flag.path, print_compact(value), given.name + " " + given.word, flag.kind});
    }
  }
  return fields;
}

std::vector<std::string> words_typed(const Options& options) {
  std::vector<std::string> words = options.sets;
  for (const Options::Flag& flag : options.flags) words.push_back(flag.word);
  return words;
}

}  // namespace hitbench
