#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "cache/twin/argument_values.h"
#include "cache/twin/twin_arguments.h"

namespace hitbench {
namespace {

struct GivenOption {
  std::string value;
  TwinArgument words;
};

// "8m", "512k", "1048576".
uint32_t item_bytes(const GivenOption& option) {
  std::string_view text = option.value;
  uint32_t unit = 1;
  if (!text.empty() && (text.back() == 'k' || text.back() == 'K')) unit = 1 << 10;
  if (!text.empty() && (text.back() == 'm' || text.back() == 'M')) unit = 1 << 20;
  if (unit > 1) text.remove_suffix(1);
  // From 1 KiB to 1 GiB, as memcached.c checks.
  return unit * number_between<uint32_t>(option.words, text, 1024 / std::min<uint32_t>(unit, 1024), (1 << 30) / unit);
}

struct KnownSuboption {
  std::string_view name;  // with '=' where it has a value
  void (*apply)(const TwinArgument&, std::string_view value, MemcachedModelSetting&);
};

using Words = const TwinArgument&;
using Value = std::string_view;
using Model = MemcachedModelSetting&;
using Arguments = MemcachedArguments&;

constexpr std::array<KnownSuboption, 16> kSuboptions = {{
    {"modern", [](Words, Value, Model m) { m.modern = m.segmented = m.crawler = true, m.slab_automove = 1; }},
    {"no_modern", [](Words, Value, Model m) { m.modern = m.segmented = m.crawler = false, m.slab_automove = 0; }},
    {"lru_maintainer", [](Words, Value, Model m) { m.segmented = true; }},
    {"no_lru_maintainer", [](Words, Value, Model m) { m.segmented = false; }},
    {"lru_crawler", [](Words, Value, Model m) { m.crawler = true; }},
    {"no_lru_crawler", [](Words, Value, Model m) { m.crawler = false; }},
    {"slab_reassign", [](Words, Value, Model) {}},  // the default; without it slab_automove has no effect
    {"no_slab_reassign", [](Words, Value, Model m) { m.slab_automove = 0; }},
    {"slab_automove", [](Words, Value, Model m) { m.slab_automove = 1; }},
    {"slab_automove=", [](Words w, Value v, Model m) { m.slab_automove = number_between(w, v, 0, 2); }},
    {"temporary_ttl=",
     [](Words w, Value v, Model m) { m.temporary_ttl = number_between<uint32_t>(w, v, 0, 1u << 30); }},
    {"hot_lru_pct=", [](Words w, Value v, Model m) { m.hot_percent = number_between<uint32_t>(w, v, 1, 80); }},
    {"warm_lru_pct=", [](Words w, Value v, Model m) { m.warm_percent = number_between<uint32_t>(w, v, 1, 80); }},
    {"hot_max_factor=", [](Words w, Value v, Model m) { m.hot_max_factor = number_between(w, v, 0.0, 1e9); }},
    {"warm_max_factor=", [](Words w, Value v, Model m) { m.warm_max_factor = number_between(w, v, 0.0, 1e9); }},
    {"no_maxconns_fast", [](Words, Value, Model) {}},  // who is one too many waits, and nobody is
}};

void apply_suboption(const std::string& text, Model model) {
  const TwinArgument words{"memcached", "-o " + text};
  const size_t end = std::min(text.find('='), text.size());
  const std::string name = text.substr(0, end + 1);
  for (const KnownSuboption& known : kSuboptions) {
    if (known.name == name)
      return known.apply(words, std::string_view(text).substr(std::min(end + 1, text.size())), model);
  }
  std::string names;
  for (const KnownSuboption& known : kSuboptions) add_part(names, known.name);
  words.refuse_unknown("of -o it knows " + names);
}

void apply_suboptions(const GivenOption& option, Arguments arguments) {
  for (size_t begin = 0; begin < option.value.size();) {
    const size_t end = std::min(option.value.find(',', begin), option.value.size());
    if (end > begin) apply_suboption(option.value.substr(begin, end - begin), arguments.model);
    begin = end + 1;
  }
}

struct KnownOption {
  char letter;
  std::string_view long_name;
  bool has_value;
  void (*apply)(const GivenOption&, Arguments);
};

constexpr std::array<KnownOption, 9> kOptions = {{
    {'m', "memory-limit", true,
     [](const GivenOption& o, Arguments a) {
       a.model.memory_bytes = uint64_t{number_between<uint32_t>(o.words, o.value, 1, 1 << 24)} << 20;
     }},
    {'t', "threads", true,
     [](const GivenOption& o, Arguments a) { a.threads = number_between(o.words, o.value, 1, 64); }},
    {'c', "conn-limit", true,
     [](const GivenOption& o, Arguments a) { a.connections = number_between<uint64_t>(o.words, o.value, 1, 1 << 24); }},
    {'f', "slab-growth-factor", true,
     [](const GivenOption& o, Arguments a) { a.model.growth_factor = number_between(o.words, o.value, 1.0001, 1e6); }},
    {'n', "slab-min-size", true,
     [](const GivenOption& o, Arguments a) {
       a.model.chunk_min = number_between<uint32_t>(o.words, o.value, 1, 1 << 20);
     }},
    {'I', "max-item-size", true, [](const GivenOption& o, Arguments a) { a.model.item_max = item_bytes(o); }},
    {'M', "disable-evictions", false, [](const GivenOption&, Arguments a) { a.model.evicts = false; }},
    {'C', "disable-cas", false, [](const GivenOption&, Arguments a) { a.model.cas = false; }},
    {'o', "extended", true, apply_suboptions},
}};

[[noreturn]] void refuse_option(const std::string& argument) {
  std::string names;
  for (const KnownOption& known : kOptions) add_part(names, std::string("-") + known.letter);
  TwinArgument{"memcached", argument}.refuse_unknown("it knows " + names);
}

const KnownOption& option_by(const std::string& argument, char letter) {
  const auto at =
      std::find_if(kOptions.begin(), kOptions.end(), [&](const KnownOption& row) { return row.letter == letter; });
  if (at == kOptions.end()) refuse_option(argument);
  return *at;
}

// getopt_long() takes "-m 64", "-m64", "--memory-limit=64" and "--memory-limit 64", and options without a value
// together: "-MC".
class OptionReader {
 public:
  explicit OptionReader(const std::vector<std::string>& args) : args_(args) {}

  std::vector<std::pair<const KnownOption*, GivenOption>> read() {
    for (; at_ < args_.size(); ++at_) {
      const std::string& argument = args_[at_];
      if (argument.starts_with("--")) {
        read_long(argument);
      } else if (argument.size() > 1 && argument.front() == '-') {
        read_short(argument);
      } else {
        refuse_option(argument);
      }
    }
    return std::move(options_);
  }

 private:
  void read_long(const std::string& argument) {
    const size_t end = std::min(argument.find('='), argument.size());
    const std::string name = argument.substr(2, end - 2);
    const auto known =
        std::find_if(kOptions.begin(), kOptions.end(), [&](const KnownOption& row) { return row.long_name == name; });
    if (known == kOptions.end()) refuse_option(argument);
    std::optional<std::string> value;
    if (end < argument.size()) value = argument.substr(end + 1);
    add(*known, argument, value);
  }

  void read_short(const std::string& argument) {
    for (size_t i = 1; i < argument.size(); ++i) {
      const KnownOption& known = option_by(argument, argument[i]);
      if (!known.has_value) {
        add(known, argument, std::nullopt);
        continue;
      }
      const bool attached = i + 1 < argument.size();
      add(known, argument, attached ? std::optional(argument.substr(i + 1)) : std::nullopt);
      return;
    }
  }

  void add(const KnownOption& known, const std::string& argument, std::optional<std::string> value) {
    GivenOption option{"", {"memcached", argument}};
    if (known.has_value && !value) {
      if (++at_ == args_.size()) option.words.refuse("needs a value", "add it");
      value = args_[at_];
      option.words.words += " " + *value;
    }
    option.value = value.value_or("");
    options_.emplace_back(&known, option);
  }

  const std::vector<std::string>& args_;
  size_t at_ = 0;
  std::vector<std::pair<const KnownOption*, GivenOption>> options_;
};

// What memcached.c checks when it has read all of them; it then does not start.
void check_together(const MemcachedModelSetting& model) {
  constexpr uint64_t kChunk = 512 << 10;  // of the largest slab class
  const auto refuse = [](const std::string& words, const std::string& why, const std::string& remedy) {
    TwinArgument{"memcached", words}.refuse(why, remedy);
  };
  const uint64_t item = model.item_max;
  if (item > model.memory_bytes / 2) {
    refuse("-I " + std::to_string(item), "is more than half of the memory, so memcached would not start",
           "give it more memory or a lower -I");
  }
  if (model.modern && item < kChunk) {
    refuse("-I " + std::to_string(item), "is below 512k, so memcached would not start", "give it 512k or more");
  }
  if (item > kChunk && item % kChunk != 0 && (model.modern || item > 2 * kChunk)) {
    refuse("-I " + std::to_string(item), "is no multiple of 512k, so memcached would not start", "round it up");
  }
  if (model.hot_percent + model.warm_percent > 80) {
    refuse("-o hot_lru_pct, warm_lru_pct", "are more than 80 together, so memcached would not start", "lower one");
  }
}

}  // namespace

MemcachedArguments read_memcached_arguments(const std::vector<std::string>& args, MemcachedArguments arguments) {
  for (const auto& [known, option] : OptionReader(args).read()) known->apply(option, arguments);
  check_together(arguments.model);
  return arguments;
}

}  // namespace hitbench
