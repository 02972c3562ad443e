#include "report/html/time_marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "judge/format.h"

namespace hitbench::html {
namespace {

struct MarkKind {
  Maybe<uint64_t> SecondResult::*count;
  const char *text, *title;
};
constexpr std::array kKinds = {
    MarkKind{&SecondResult::expired, "TTL expiry", "the first reads that missed because their entry had expired"},
    MarkKind{&SecondResult::evicted, "eviction", "the first reads that missed because their entry had been evicted"},
};

Maybe<size_t> first_second(const RunResult& run, Maybe<uint64_t> SecondResult::*count) {
  const auto first = std::find_if(run.series.begin(), run.series.end(),
                                  [&](const SecondResult& second) { return (second.*count).value_or(0) > 0; });
  if (first == run.series.end()) return std::nullopt;
  return static_cast<size_t>(first - run.series.begin());
}

}  // namespace

std::vector<TimeMark> time_marks(const DrawnRows& rows) {
  std::vector<TimeMark> marks;
  for (const MarkKind& kind : kKinds) {
    std::map<size_t, std::string> names;  // by the second
    for (const RunResult* run : rows) {
      const size_t second = first_second(*run, kind.count).value_or(0);
      if (second > 0) add_part(names[second], run->name);
    }
    for (const auto& [second, rows_then] : names) {
      marks.push_back({.at_s = static_cast<double>(second),
                       .text = second == names.begin()->first ? kind.text : "",
                       .title = fmt::format("{}, in second {}: {}", kind.title, second, rows_then)});
    }
  }
  return marks;
}

std::string first_second_words(const DrawnRows& rows) {
  std::string words;
  for (const MarkKind& kind : kKinds) {
    const auto count = std::count_if(rows.begin(), rows.end(),
                                     [&](const RunResult* run) { return first_second(*run, kind.count) == size_t{0}; });
    if (count > 0) add_part(words, fmt::format("{} ({})", kind.text, counted(static_cast<double>(count), "row")));
  }
  return words;
}

std::string warm_up_words(const DrawnRows& rows) {
  std::vector<double> times;
  for (const RunResult* run : rows) {
    if (run->warmup.duration_ns) times.push_back(static_cast<double>(*run->warmup.duration_ns));
  }
  if (times.empty()) return "";
  return "second 0 is the end of the warm-up, which took " + format_range(times, format_time);
}

}  // namespace hitbench::html
