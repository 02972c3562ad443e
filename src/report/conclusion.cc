// The answer of a scenario that words none itself: which row is best, whether a cache is worth it, and what it costs.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/units.h"
#include "report/contest.h"
#include "report/findings.h"
#include "report/section_parts.h"

namespace hitbench {
namespace {

using Tone = Finding::Tone;
using Rows = std::vector<const MeasuredRow*>;

constexpr size_t kMostGroups = 4;   // with more, their answers are summed up
constexpr double kManyTimes = 2.0;  // from here on "3.1 times", below "12 %"
constexpr double kFewHits = 0.01;   // as in engine/validity.h

// How the parts of a conclusion are found and named: in one group, for reads or writes.
struct Contest {
  const Group& group;
  std::string kind;
  Rows rows;  // that may win, the quickest first
  const MeasuredRow* baseline;

  std::string mean() const { return kind + ".response.mean"; }
  std::string p99() const { return kind + ".response.p99"; }
};

std::string names_in(const Contest& of, const Rows& rows) {
  std::vector<std::string> names;
  for (const MeasuredRow* row : rows) names.push_back(short_name(row->run(), of.group));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string time_of(const MeasuredRow& row, const std::string& path) {
  const Maybe<double> value = row.value(path);
  return value ? format_metric(*value, path) : "not measured";
}

// "13 times quicker than", "12 % quicker than", "3.1 times as long as".
std::string against_words(double ratio) {
  if (ratio >= kManyTimes) return fmt::format("{} times as long as", format_times(ratio));
  if (ratio >= 1) return fmt::format("{} longer than", format_percent(ratio - 1));
  if (ratio <= 1 / kManyTimes) return fmt::format("{} times quicker than", format_times(1 / ratio));
  return fmt::format("{} quicker than", format_percent(1 - ratio));
}

// A p99 that is the machine's wins nothing and loses nothing.
bool is_machines_p99(const Contest& of, const MeasuredRow& row) { return is_machines(row.run(), of.p99()); }

// "mean 200 µs", or "means 200 µs, 210 µs" of several.
std::string means_of(const Contest& of, const Rows& rows) {
  std::vector<std::string> times;
  for (const MeasuredRow* row : rows) times.push_back(time_of(*row, of.mean()));
  return fmt::format("{} {}", times.size() > 1 ? "means" : "mean", fmt::join(times, ", "));
}

// Nobody has shown that one of them is quicker; by how much it might be.
std::string tie_words(const Contest& of, const Rows& equals) {
  double most = 0;
  bool all_bounded = true;
  for (const MeasuredRow* row : equals) {
    const Maybe<Difference> difference = difference_of(*row, *equals.front(), of.mean());
    if (row == equals.front() || !difference) continue;
    all_bounded = all_bounded && difference->interval && difference->largest() <= 1;
    if (difference->interval) most = std::max(most, difference->largest());
  }
  return fmt::format("{} ({})", all_bounded ? apart_words(percent_above(most)) : "no significant difference",
                     means_of(of, equals));
}

// What the row costs beside the time that it saves: memory, and reads that were not up to date.
std::string cost_words(const Contest& of, const RunResult& run) {
  std::string words;
  if (const Maybe<uint64_t> bytes = run.backend.memory_bytes; bytes && *bytes > 0) {
    words = short_name(run, of.group) + " takes " + format_size(static_cast<double>(*bytes)) + " of memory";
  }
  const Maybe<uint64_t> stale = run.consistency.stale_reads;
  const uint64_t reads = answered(run.reads);
  if (stale && *stale > 0 && reads > 0) {
    const double share = static_cast<double>(*stale) / static_cast<double>(reads);
    add_part(words, format_share(share) + (words.empty() ? " of the reads" : " of its reads") + " were stale",
             words.empty() ? "" : " and ");
  }
  return words.empty() ? "" : "; " + words;
}

std::string p99_time(const Contest& of, const MeasuredRow& row) {
  return (is_machines_p99(of, row) ? mark_text(Mark::machine) : "") + time_of(row, of.p99());
}

// Where another row is surely better at p99 than the one that is best in the mean.
std::string tail_words(const Contest& of, const MeasuredRow& best) {
  Rows rows = of.rows;
  if (of.baseline != nullptr) rows.push_back(of.baseline);
  std::erase_if(rows, [&](const MeasuredRow* row) { return !row->value(of.p99()); });
  if (rows.empty() || !best.value(of.p99())) return "";
  const MeasuredRow& first = **std::min_element(rows.begin(), rows.end(), [&](const auto* a, const auto* b) {
    return *a->value(of.p99()) < *b->value(of.p99());
  });
  const std::string own = p99_time(of, best);
  const bool is_told = !is_machines_p99(of, best) && !is_machines_p99(of, first);
  if (&first == &best || !is_told || !differs(best, first, of.p99())) {
    const bool has_other = of.baseline != nullptr && of.baseline->value(of.p99());
    return fmt::format("; p99 {}{}", own, has_other ? " (" + p99_time(of, *of.baseline) + " without)" : "");
  }
  const std::string p50 = of.kind + ".response.p50", name = short_name(first.run(), of.group);
  const auto is_quicker = [&](const MeasuredRow* row) {
    return row != &first && row->value(p50) && *row->value(p50) < first.value(p50).value_or(0);
  };
  const bool is_quickest = first.value(p50) && best.value(p50) && std::none_of(rows.begin(), rows.end(), is_quicker);
  if (is_quickest && !is_machines(first.run(), p50) && !is_machines(best.run(), p50) && differs(best, first, p50)) {
    return fmt::format("; at p50 and p99 {} is best: {} and {} against {} and {}", name, time_of(first, p50),
                       time_of(first, of.p99()), time_of(best, p50), own);
  }
  return fmt::format("; at p99 {} is best: {} against {}", name, time_of(first, of.p99()), own);
}

// What a cache takes off the origin, where as many reads come with it as without.
std::string relief_words(const Contest& of, const RunResult& best) {
  if (of.baseline == nullptr || best.loop != "open") return "";
  const Maybe<double> without = loads_per_second(of.baseline->run()), with = loads_per_second(best);
  if (!without || !with || *without <= 0 || *with >= *without) return "";
  return fmt::format("; the origin has {} fewer loads ({}/s, {}/s without)", format_share(1 - *with / *without),
                     format_rate(*with), format_rate(*without));
}

// A hit ratio that would go on to change is not that of the cache in use.
std::string unsteady_words(const Contest& of, const RunResult& run) {
  const auto is_unsteady = [](const Doubt& doubt) {
    return doubt.id == "first-misses" || doubt.id == "not-steady" || doubt.id == "hit-ratio-moved";
  };
  if (std::ranges::none_of(run.validity.warnings, is_unsteady)) return "";
  return fmt::format("; the hit ratio of {} was still to change (see the warnings)", short_name(run, of.group));
}

// Those of the further rows that are surely slower than no cache.
std::string slower_words(const Contest& of) {
  Rows slower;
  for (const MeasuredRow* row : of.rows) {
    const Maybe<Difference> difference = difference_of(*of.baseline, *row, of.mean());
    if (!difference || difference->ratio <= 1 || !why_not_compared(*row, *of.baseline).empty()) continue;
    if (differs(*of.baseline, *row, of.mean())) slower.push_back(row);
  }
  return slower.empty() ? "" : fmt::format("; slower than no cache: {}", names_in(of, slower));
}

std::string best_words(const Contest& of, const Rows& equals) {
  if (equals.size() > 1) return names_in(of, equals) + ": " + tie_words(of, equals);
  const std::string mean = means_of(of, equals);
  if (of.rows.size() + (of.baseline != nullptr ? 1 : 0) < 2) {
    return fmt::format("{}: {}", names_in(of, equals), mean);
  }
  return fmt::format("{} is fastest, {}", names_in(of, equals), mean);
}

// Where no cache is quicker than none, none of them is the fastest.
std::string best_cache_words(const Contest& of, const Rows& equals) {
  if (equals.size() > 1) return best_words(of, equals);
  return fmt::format("the best cache, {}, takes {} in the mean", names_in(of, equals),
                     time_of(*equals.front(), of.mean()));
}

// A cache that hardly hit tells nothing of one that does.
std::string few_hits_words(const MeasuredRow& row) {
  const Maybe<double> hits = row.run().hit_ratio;
  return hits && *hits < kFewHits ? fmt::format("; in this run only {} of its reads hit", format_share(*hits)) : "";
}

// Of one row: of several that are alike nobody is told what "it" costs.
std::string more_words(const Contest& of, const Rows& equals) {
  if (equals.size() > 1) return "";
  const MeasuredRow& best = *equals.front();
  return unsteady_words(of, best.run()) + relief_words(of, best.run()) + cost_words(of, best.run()) +
         tail_words(of, best);
}

// Without a row without a cache it is only about which one.
Finding which_one(const Contest& of) {
  const Rows equals = quickest_of(of.rows, of.mean());
  const MeasuredRow& best = *equals.front();
  std::string words = best_words(of, equals);
  if (of.rows.size() > equals.size()) {
    const MeasuredRow& next = **std::find_if(of.rows.begin(), of.rows.end(), [&](const MeasuredRow* row) {
      return std::find(equals.begin(), equals.end(), row) == equals.end();
    });
    const Maybe<Difference> difference = difference_of(next, best, of.mean());
    const bool has_ratio = difference && difference->ratio > 0;
    words += fmt::format(", {} {} ({})", has_ratio ? against_words(difference->ratio) : "against",
                         short_name(next.run(), of.group), time_of(next, of.mean()));
  }
  return {.id = equals.size() > 1 ? "no-difference" : "fastest-row",
          .word = of.kind + "s",
          .text = words + more_words(of, equals),
          .tone = Tone::plain};
}

// Where the origin cannot do it alone, its reads take as long as the run lasts: nothing is so many times quicker.
Finding keeps_up(Contest of) {
  const double rate = of.baseline->run().validity.offered_ops_s.value_or(0);
  of.baseline = nullptr;
  Rows too_slow;
  const auto is_overloaded = [](const MeasuredRow* row) { return row->run().validity.overloaded; };
  std::copy_if(of.rows.begin(), of.rows.end(), std::back_inserter(too_slow), is_overloaded);
  std::erase_if(of.rows, is_overloaded);
  const Rows equals = quickest_of(of.rows, of.mean());
  const bool tie = equals.size() > 1;
  std::string words = names_in(of, equals) + (tie ? " keep" : of.rows.size() > 1 ? " is fastest and keeps" : " keeps");
  words += fmt::format(" up with {}/s", format_rate(rate));
  words += tie ? ", " + tie_words(of, equals) : fmt::format(" ({})", means_of(of, equals));
  words += "; without a cache the queue grows";
  if (!too_slow.empty()) words += "; overloaded as well: " + names_in(of, too_slow);
  return {.id = "cache", .word = "cache", .text = words + more_words(of, equals), .tone = Tone::good};
}

// With one: whether to cache at all.
Finding whether(const Contest& of) {
  const Rows equals = quickest_of(of.rows, of.mean());
  const MeasuredRow& best = *equals.front();
  const Difference difference = *difference_of(*of.baseline, best, of.mean());
  const std::string without = time_of(*of.baseline, of.mean());
  if (!differs(*of.baseline, best, of.mean())) {
    const bool is_exact = is_exactly_known(difference, is_virtual(*of.baseline, best));
    return {.id = is_exact ? "makes-no-difference" : "worth-open",
            .word = is_exact ? "no difference" : "undecided",
            .text = fmt::format("{}, without a cache it is {}: {}{}", best_cache_words(of, equals), without,
                                difference_words(difference, is_virtual(*of.baseline, best)), few_hits_words(best)),
            .tone = Tone::doubtful};
  }
  if (difference.ratio > 1) {
    return {.id = "do-not-cache",
            .word = "do not cache",
            .text = fmt::format("{}, {} without a cache ({}){}", best_cache_words(of, equals),
                                against_words(difference.ratio), without, few_hits_words(best)) +
                    unsteady_words(of, best.run()),
            .tone = Tone::bad};
  }
  return {.id = "cache",
          .word = "cache",
          .text = fmt::format("{}, {} without a cache ({}){}{}", best_words(of, equals),
                              difference.ratio > 0 ? against_words(difference.ratio) : "against", without,
                              slower_words(of), more_words(of, equals)),
          .tone = Tone::good};
}

// Empty where nothing of the group was measured: why not is told elsewhere.
Maybe<Finding> conclusion_of(const Group& group, const std::vector<MeasuredRow>& all) {
  for (const std::string kind : {"read", "write"}) {
    const Contest of{
        .group = group, .kind = kind, .rows = contenders(group, all, kind), .baseline = baseline_in(group, all, kind)};
    if (of.rows.empty()) continue;
    const bool comparable = kind == "read" && of.baseline != nullptr &&
                            why_not_compared(*of.rows.front(), *of.baseline).empty() &&
                            difference_of(*of.baseline, *of.rows.front(), of.mean());
    if (!comparable) return which_one({group, kind, of.rows, nullptr});
    return of.baseline->run().validity.overloaded ? keeps_up(of) : whether(of);
  }
  const auto ran = [](const RunResult* run) { return !run->skipped; };
  if (std::none_of(group.runs.begin(), group.runs.end(), ran)) return std::nullopt;
  const auto caches = [](const RunResult* run) { return !is_baseline(*run); };
  const bool any_cache = std::any_of(group.runs.begin(), group.runs.end(), caches);
  return Finding{.id = "no-answer",
                 .word = "not determined",
                 .text = any_cache ? "no row with a cache is valid and answered" : "no row has a cache",
                 .tone = Tone::doubtful};
}

// "cache: at 7 of 9 points": what is the same at many points is said once.
std::vector<Finding> summed_up(const std::vector<std::pair<std::string, Finding>>& all, size_t points) {
  struct Alike {
    std::string title;  // of the first
    Finding first;
    size_t count = 1;
  };
  std::vector<Alike> kinds;
  for (const std::pair<std::string, Finding>& each : all) {
    const std::string& id = each.second.id;
    const auto known = std::find_if(kinds.begin(), kinds.end(), [&](const Alike& kind) { return kind.first.id == id; });
    known == kinds.end() ? kinds.push_back({each.first, each.second}) : void(++known->count);
  }
  std::vector<Finding> findings;
  for (Alike& kind : kinds) {
    kind.first.text = fmt::format("at {} of {}; the first: {}: {}", kind.count, counted(points, "point"), kind.title,
                                  kind.first.text);
    findings.push_back(std::move(kind.first));
  }
  return findings;
}

}  // namespace

std::vector<Finding> conclusions_of(const std::vector<Group>& groups, const std::vector<MeasuredRow>& all) {
  std::vector<std::pair<std::string, Finding>> found;
  for (const Group& group : groups) {
    if (group.searched) continue;
    if (Maybe<Finding> finding = conclusion_of(group, all)) found.emplace_back(group.title, std::move(*finding));
  }
  if (found.size() > kMostGroups) return summed_up(found, groups.size());
  std::vector<Finding> findings;
  for (auto& [title, finding] : found) {
    if (!title.empty()) finding.text = title + ": " + finding.text;
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace hitbench
