#include "scenario/server_rules.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hitbench {
namespace {

using Words = std::vector<std::string>;

// Redis takes "--daemonize yes" as one argument or as two, and quotes within one.
Words words_of(const Words& arguments) {
  Words words;
  for (const std::string& argument : arguments) {
    std::string word;
    for (const char c : argument + ' ') {
      if (c == '"' || c == '\'') continue;
      if (c != ' ' && c != '\t' && c != '\n') {
        word += c;
      } else if (!word.empty()) {
        words.push_back(std::exchange(word, {}));
      }
    }
  }
  return words;
}

bool is_option(std::string_view word, std::string_view name) {
  if (word.starts_with("--")) word.remove_prefix(2);
  return word.size() == name.size() && strncasecmp(word.data(), name.data(), name.size()) == 0;
}

// The argument that makes a Redis, or one of its relatives, a daemon; empty: none.
std::string detaching_redis(const Words& arguments) {
  const Words words = words_of(arguments);
  for (size_t i = 0; i < words.size(); ++i) {
    const bool said_no = i + 1 < words.size() && is_option(words[i + 1], "no");
    if (!is_option(words[i], "daemonize") || said_no) continue;
    return words[i] + (i + 1 < words.size() ? " " + words[i + 1] : "");
  }
  return "";
}

// The argument with this option of Memcached's; empty: none. Options without a value can be written together ("-vd"),
// and long ones cut short ("--daem").
std::string with_memcached_option(const Words& arguments, char short_name, std::string_view long_name) {
  constexpr std::string_view kWithoutValue = "ACFLMNSVWXZhikrv";
  for (const std::string& word : arguments) {
    if (word.size() >= 4 && long_name.starts_with(word.substr(0, word.find('=')))) return word;
    if (!word.starts_with('-') || word.starts_with("--")) continue;
    for (const char letter : std::string_view(word).substr(1)) {
      if (letter == short_name) return word;
      if (kWithoutValue.find(letter) == std::string_view::npos) break;  // what follows is its value
    }
  }
  return "";
}

bool sets_password(const Words& arguments) {
  for (const std::string& word : words_of(arguments)) {
    if (is_option(word, "requirepass")) return true;
  }
  return false;
}

}  // namespace

bool sets_memory(const Part& cache) {
  const Words& arguments = cache.params.texts("args");
  if (!cache.traits.redis_options) return !with_memcached_option(arguments, 'm', "--memory-limit").empty();
  const Words words = words_of(arguments);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) { return is_option(word, "maxmemory"); });
}

void check_server_arguments(const Scenario& scenario, const Location& root) {
  for (size_t i = 0; i < scenario.caches.size(); ++i) {
    const Part& cache = scenario.caches[i];
    if (!cache.params.has("args")) continue;
    const Location location = (root / "caches").at(i) / "args";
    const Words& arguments = cache.params.texts("args");
    const std::string detaching =
        cache.traits.redis_options ? detaching_redis(arguments) : with_memcached_option(arguments, 'd', "--daemon");
    if (!detaching.empty()) {
      location.fail(fmt::format("\"{}\" detaches the server: it could be neither watched nor stopped", detaching),
                    "leave it out");
    }
    if (cache.traits.takes_password && sets_password(arguments) && !cache.params.has("password_file")) {
      location.fail("\"--requirepass\" sets a password that hitbench does not know",
                    "leave it out, since a private server has a random one, or name its file with \"password_file\"");
    }
  }
}

}  // namespace hitbench
