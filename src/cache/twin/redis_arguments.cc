#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/text.h"
#include "cache/twin/argument_values.h"
#include "cache/twin/twin_arguments.h"

namespace hitbench {
namespace {

struct Directive {
  std::string name;  // without dashes, in lower case
  std::vector<std::string> values;
};

// Redis takes "--hz 20" as one argument or as two, and quotes within one; "" is a value. What does not begin with
// dashes is one value, blanks and all.
std::vector<std::string> redis_words(const std::vector<std::string>& args) {
  std::vector<std::string> words;
  for (const std::string& arg : args) {
    if (!arg.starts_with("--")) {
      words.push_back(arg);
      continue;
    }
    std::string word;
    char quote = 0;
    bool begun = false;
    for (const char c : arg) {
      if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
        if (begun) words.push_back(std::exchange(word, {}));
        begun = false;
        continue;
      }
      begun = true;
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else {
        word += c;
      }
    }
    if (quote != 0) TwinArgument{"redis", arg}.refuse("has a quote that does not end", "close it");
    if (begun) words.push_back(word);
  }
  return words;
}

std::vector<Directive> directives_of(const std::vector<std::string>& args) {
  std::vector<Directive> directives;
  for (const std::string& word : redis_words(args)) {
    if (word.starts_with("--")) {
      directives.push_back({.name = lowered(word.substr(2)), .values = {}});
    } else if (directives.empty()) {
      directives.push_back({.name = word, .values = {}});
    } else {
      directives.back().values.push_back(word);
    }
  }
  return directives;
}

TwinArgument argument_of(const Directive& directive) {
  std::string words = "--" + directive.name;
  for (const std::string& value : directive.values) words += " " + (value.empty() ? "\"\"" : value);
  return {"redis", words};
}

const std::string& value_in(const Directive& directive) {
  if (directive.values.size() != 1) argument_of(directive).refuse("needs one value", "correct it");
  return directive.values.front();
}

// memtoull() in util.c: k, m and g are powers of 1,000, kb, mb and gb of 1,024.
uint64_t bytes_in(const Directive& directive) {
  const std::string text = lowered(value_in(directive));
  constexpr std::array<std::pair<std::string_view, uint64_t>, 8> kUnits = {{{"", 1},
                                                                            {"b", 1},
                                                                            {"k", 1000},
                                                                            {"kb", 1 << 10},
                                                                            {"m", 1000000},
                                                                            {"mb", 1 << 20},
                                                                            {"g", 1000000000},
                                                                            {"gb", 1 << 30}}};
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& known) {
    return known.first == std::string_view(text).substr(digits);
  });
  if (unit == kUnits.end()) argument_of(directive).refuse("is no size", "write it like 64mb");
  return unit->second * number_between<uint64_t>(argument_of(directive), std::string_view(text).substr(0, digits), 0,
                                                 (uint64_t{1} << 50) / unit->second);
}

uint32_t number_in(const Directive& directive, uint32_t least, uint32_t most) {
  return number_between(argument_of(directive), value_in(directive), least, most);
}

constexpr std::array<std::string_view, 1> kNo = {"no"};
constexpr std::array<std::string_view, 2> kNoOrYes = {"no", "yes"};
constexpr std::array<std::string_view, 3> kSyncs = {"no", "everysec", "always"};

// One of `words`, by its place.
size_t word_in(const Directive& directive, std::span<const std::string_view> words) {
  const std::string value = lowered(value_in(directive));
  const auto at = std::find(words.begin(), words.end(), value);
  if (at != words.end()) return static_cast<size_t>(at - words.begin());
  std::string known;
  for (const std::string_view word : words) add_part(known, word);
  argument_of(directive).refuse("needs one of: " + known, "correct it");
}

void check_save(const Directive& directive) {
  const bool off = std::all_of(directive.values.begin(), directive.values.end(),
                               [](const std::string& value) { return value.empty(); });
  if (!off) argument_of(directive).refuse("takes snapshots, which the twin does not", "leave it out");
}

struct KnownDirective {
  std::string_view name;
  void (*apply)(const Directive&, RedisArguments&);
};

// Ranges: config.c of Redis 7.0.
constexpr std::array<KnownDirective, 11> kDirectives = {{
    {"maxmemory", [](const Directive& d, RedisArguments& a) { a.model.memory_bytes = bytes_in(d); }},
    {"maxmemory-policy",
     [](const Directive& d, RedisArguments& a) {
       a.model.policy = static_cast<RedisPolicy>(word_in(d, redis_policy_names()));
     }},
    {"maxmemory-samples", [](const Directive& d, RedisArguments& a) { a.model.samples = number_in(d, 1, 64); }},
    {"hz", [](const Directive& d, RedisArguments& a) { a.model.hz = number_in(d, 1, 500); }},
    {"lfu-log-factor",
     [](const Directive& d, RedisArguments& a) { a.model.lfu_log_factor = number_in(d, 0, 1 << 30); }},
    {"lfu-decay-time",
     [](const Directive& d, RedisArguments& a) { a.model.lfu_decay_minutes = number_in(d, 0, 1 << 30); }},
    {"active-expire-effort",
     [](const Directive& d, RedisArguments& a) { a.model.active_expire_effort = number_in(d, 1, 10); }},
    {"appendonly", [](const Directive& d, RedisArguments& a) { a.appends = word_in(d, kNoOrYes) == 1; }},
    {"appendfsync",
     [](const Directive& d, RedisArguments& a) { a.sync = static_cast<RedisArguments::Sync>(word_in(d, kSyncs)); }},
    {"save", [](const Directive& d, RedisArguments&) { check_save(d); }},
    {"daemonize", [](const Directive& d, RedisArguments&) { word_in(d, kNo); }},
}};

}  // namespace

RedisArguments read_redis_arguments(const std::vector<std::string>& args, RedisArguments arguments) {
  for (const Directive& directive : directives_of(args)) {
    const auto known = std::find_if(kDirectives.begin(), kDirectives.end(),
                                    [&](const KnownDirective& row) { return row.name == directive.name; });
    if (known == kDirectives.end()) {
      std::string names;
      for (const KnownDirective& row : kDirectives) add_part(names, "--" + std::string(row.name));
      argument_of(directive).refuse_unknown("it knows " + names);
    }
    known->apply(directive, arguments);
  }
  return arguments;
}

void refuse_real_fields(std::string_view server, const Params& params) {
  constexpr std::array<std::string_view, 6> kReal = {"address", "server",        "config",
                                                     "pin",     "password_file", "key_prefix"};
  const auto refuse = [&](std::string_view field) {
    throw usage_error("cache " + std::string(server) + ": \"" + std::string(field) + "\" needs real time: in virtual " +
                          "time " + std::string(server) + " is a twin, a model of a private server",
                      "leave it out, or \"clock\": \"virtual\"");
  };
  for (const std::string_view field : kReal) {
    if (params.has(field)) refuse(field);
  }
  if (params.boolean("allow_evictions")) refuse("allow_evictions");
}

}  // namespace hitbench
