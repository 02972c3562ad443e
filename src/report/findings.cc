#include "report/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/units.h"
#include "judge/claims.h"
#include "judge/thresholds.h"
#include "report/contest.h"

namespace hitbench {
namespace {

using Tone = Finding::Tone;

constexpr double kAlike = 1.1;        // times that differ by less are one
constexpr double kMostlyQueue = 0.5;  // of a read's time: with more, it is the queue's
constexpr double kSlowest = 0.01;     // of the reads, what lies above p99

// The measured verdict: the paired difference to the row without a cache decides.
Finding worth_verdict(const MeasuredRow& baseline, const MeasuredRow& row) {
  const Maybe<Difference> difference = difference_of(baseline, row, "read.response.mean");
  const std::string unclear = "worth-not-determined";
  if (!difference) return {.id = unclear, .word = "not determined", .text = "", .tone = Tone::doubtful};
  if (difference->interval && !difference->sure()) {
    const std::string words = "mean " + difference_words(*difference, false) + "; ";
    return {.id = unclear, .word = "inconclusive", .text = words, .tone = Tone::doubtful};
  }
  const bool virtual_time = is_virtual(baseline, row);
  if (is_exactly_known(*difference, virtual_time) && !differs(baseline, row, "read.response.mean")) {
    return {.id = "makes-no-difference",
            .word = "makes no difference",
            .text = "mean " + difference_words(*difference, virtual_time) + "; ",
            .tone = Tone::doubtful};
  }
  const bool pays = difference->ratio < 1;
  if (!is_sure(difference, virtual_time)) {  // too few rounds
    return {.id = pays ? "seems-to-pay" : "seems-not-to-pay",
            .word = pays ? "seems to pay" : "does not seem to pay",
            .text = "",
            .tone = Tone::doubtful};
  }
  return {.id = pays ? "pays" : "does-not-pay",
          .word = pays ? "pays" : "does not pay",
          .text = "",
          .tone = pays ? Tone::good : Tone::bad};
}

// Why the baseline's reads tell more of a queue than of the origin; empty if they do not.
std::string why_overloaded(const RunResult& none) {
  if (none.validity.overloaded) return none.name + " did not keep its rate";
  const Maybe<double> waited = mean_origin_wait_ns(none.origin_load);
  if (!waited || *waited <= kMostlyQueue * none.read.response.mean_ns.value_or(0)) return "";
  return "the reads of " + none.name + " wait in its queue longer than it takes to answer";
}

std::string break_even_words(const MeasuredRow& baseline, const RunResult& run) {
  const std::string measured = run.hit_ratio ? format_share(*run.hit_ratio) : "not measured";
  const Maybe<double> needed = break_even(run.costs, *baseline.value("read.response.mean"));
  if (!needed) return "not one hit was timed, so there is no break-even";
  if (*needed >= 1)
    return fmt::format("a hit costs as much as the origin, so no hit ratio pays (measured {})", measured);
  const std::string overloaded = why_overloaded(baseline.run());
  if (overloaded.empty()) {
    return fmt::format("hit ratio {}, break-even {}", measured, format_share(*needed));
  }
  // Reads of an overloaded origin take as long as the run lasts. What it takes when it is not is what this row's loads
  // took, which queue less.
  const Maybe<double> unhurried = run.costs.load_ns ? break_even(run.costs, *run.costs.load_ns) : std::nullopt;
  return fmt::format("against an overloaded origin ({}): hit ratio {}, break-even {}{}", overloaded, measured,
                     format_share(*needed),
                     unhurried ? fmt::format(", and {} against loads of {}, as this row had them",
                                             format_share(*unhurried), format_latency(*run.costs.load_ns))
                               : "");
}

// The path of loaded's quantile q, to a hundredth of a percent.
std::string loaded_path(double q) {
  const int hundredths = static_cast<int>(std::lround(q * 10000));
  return fmt::format("loaded.p{}_{:02}", hundredths / 100, hundredths % 100);
}

// Reads that wait for the origin are the slowest: where their share m is above 1 %, the slowest 1 % of all reads are
// the slowest 0.01 / m of these (docs/method.md, "Worth it?"). At least: hits may have a tail of their own.
std::string p99_words(const RunResult& run) {
  const ReadsResult& reads = run.reads;
  const uint64_t all = answered(reads);
  if (all == 0) return "";
  const double share = static_cast<double>(reads.miss + reads.coalesced) / static_cast<double>(all);
  if (reads.miss + reads.coalesced == 0) return "; p99 is that of hits: none of the reads missed";
  if (share <= kSlowest) return fmt::format("; p99 is that of hits: only {} of the reads miss", format_share(share));
  const double q = 1 - kSlowest / share;
  const Maybe<double> load = q >= 0.0001 ? metric(run, loaded_path(q)) : std::nullopt;
  const bool beyond = load && static_cast<double>(run.read.response.p99_ns.value_or(0)) > kAlike * *load;
  return fmt::format("; {} of the reads miss: p99 is the p{:.0f} of the loads{}{}", format_share(share), 100 * q,
                     load ? " (" + format_latency(*load) + ")" : "",
                     beyond ? " or more, since hits have a tail, too" : "");
}

// Findings of one word and text become one, which names all their rows.
class Told {
 public:
  void add(const std::string& row, const std::string& word, const Doubt& doubt, Tone tone) {
    for (Entry& entry : entries_) {
      if (entry.finding.word == word && entry.finding.text == doubt.text) return entry.rows.push_back(row);
    }
    const std::string of_older = tone == Tone::bad ? "row-invalid" : "warning";  // versions, which had no ids
    entries_.push_back(
        {{.id = doubt.id.empty() ? of_older : doubt.id, .word = word, .text = doubt.text, .tone = tone}, {row}});
  }

  // The most serious first.
  void move_into(std::vector<Finding>& all, size_t rows, size_t most_names) {
    const auto severity = [](const Entry& entry) { return severity_of(entry.finding.id); };
    std::ranges::stable_sort(entries_, {}, severity);
    for (Entry& entry : entries_) {
      entry.finding.text = names_of(entry.rows, rows, most_names) + ": " + entry.finding.text;
      all.push_back(std::move(entry.finding));
    }
  }

 private:
  struct Entry {
    Finding finding;  // of which `text` is what is said of the rows
    std::vector<std::string> rows;
  };
  // Of many rows nobody reads all the names.
  static std::string names_of(const std::vector<std::string>& named, size_t rows, size_t most_names) {
    constexpr size_t kFew = 4;
    if (named.size() == rows && rows > kFew) return fmt::format("all {} rows", rows);
    if (named.size() <= most_names) return fmt::format("{}", fmt::join(named, ", "));
    const auto first = named.begin(), last = first + static_cast<ptrdiff_t>(most_names);
    return fmt::format("{} and {} more", fmt::join(first, last, ", "), named.size() - most_names);
  }

  std::vector<Entry> entries_;
};

std::string refusal_words(const ServerMessage& said) {
  const std::string often = said.count == 1 ? "once" : format_count(static_cast<double>(said.count)) + " times";
  return fmt::format("{} \"{}\"{}", often, said.text, said.remedy.empty() ? "" : "; " + said.remedy);
}

void tell_skipped(const RunResult& run, Told& told) {
  if (run.failed()) return told.add(run.name, "failed", {"row-failed", *run.skipped}, Tone::bad);
  told.add(run.name, "not run", {"row-not-run", *run.skipped}, Tone::doubtful);
}

void tell_invalid(const RunResult& run, Told& told) {
  std::vector<Doubt> reasons = run.validity.reasons;
  if (reasons.empty()) reasons.emplace_back().text = "no reason was recorded";
  for (const Doubt& reason : reasons) told.add(run.name, "INVALID", reason, Tone::bad);
}

void tell_warnings(const RunResult& run, Told& told) {
  for (const Doubt& warning : run.validity.warnings) told.add(run.name, "warning", warning, Tone::doubtful);
  for (const ServerMessage& said : run.server_messages) {
    told.add(run.name, "refused", {"server-refused", refusal_words(said)}, Tone::doubtful);
  }
  if (run.complete) return;
  told.add(run.name, "warning", {"rounds-unfinished", "not all rounds were finished"}, Tone::doubtful);
}

}  // namespace

std::string why_not_compared(const MeasuredRow& row, const MeasuredRow& baseline) {
  if (std::string why = why_left_out(row, "read"); !why.empty()) return why;
  if (baseline.run().failed()) return baseline.name + " failed";
  if (!answers(baseline, "read")) return "of " + baseline.name + ", " + failed_words(baseline, "read");
  if (!baseline.valid()) return baseline.name + " is invalid";
  // Both means are as long as the runs were, and so is what they differ by.
  const bool both = row.run().validity.overloaded && baseline.run().validity.overloaded && !is_baseline(row.run());
  return both ? "both overloaded, it and " + baseline.name +
                    ": their reads take as long as the run lasts; offer a lower rate (workload.arrivals.rate)"
              : "";
}

Maybe<double> break_even(const Costs& costs, double read_without_cache_ns) {
  if (!costs.hit_ns) return std::nullopt;
  // What a miss costs beyond a lookup and the load: filling. Without misses it was never paid.
  const double extra = std::max(0.0, costs.miss_ns.value_or(0) - *costs.hit_ns - costs.load_ns.value_or(0));
  return (*costs.hit_ns + extra) / (read_without_cache_ns + extra);
}

// No row is passed over in silence: one that failed might have been the best but for that.
std::vector<Finding> worth_of(const Group& group, const std::vector<MeasuredRow>& all) {
  if (group.searched) return {};
  std::vector<const MeasuredRow*> rows = contenders(group, all, "read");
  for (const MeasuredRow* row : competitors(group, all)) {
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  std::vector<Finding> findings;
  for (const MeasuredRow* row : rows) {
    const MeasuredRow* baseline = baseline_of(all, row->run());
    if (baseline == nullptr || (baseline->skipped() && !baseline->run().failed())) continue;
    if (const std::string why = why_not_compared(*row, *baseline); !why.empty()) {
      findings.push_back({.id = "worth-not-compared",
                          .word = "not determined",
                          .text = row->name + ": " + why,
                          .tone = Tone::doubtful});
      continue;
    }
    if (answered(row->run().reads) == 0) continue;  // it does not read
    if (!row->value("read.response.mean") || !baseline->value("read.response.mean")) {
      findings.push_back({.id = "no-read-timed",
                          .word = "not determined",
                          .text = row->name + ": no read was timed",
                          .tone = Tone::doubtful});
      continue;
    }
    Finding finding = worth_verdict(*baseline, *row);
    finding.text = row->name + ": " + finding.text + break_even_words(*baseline, row->run()) + p99_words(row->run());
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> doubts_of(const std::vector<const RunResult*>& runs, size_t most_names) {
  Told skipped, invalid, warned;
  for (const RunResult* run : runs) {
    if (run->skipped) {
      tell_skipped(*run, skipped);
      continue;
    }
    if (!run->validity.valid) tell_invalid(*run, invalid);
    tell_warnings(*run, warned);
  }
  std::vector<Finding> findings;
  for (Told* told : {&skipped, &invalid, &warned}) told->move_into(findings, runs.size(), most_names);
  return findings;
}

std::vector<Finding> thresholds_of(const Result& result, const ReportStyle& style) {
  std::vector<Finding> findings;
  for (const ThresholdVerdict& verdict : selected_verdicts(result, style)) {
    const Tone unmet = verdict.measured ? Tone::bad : Tone::doubtful;
    const char* const unmet_id = verdict.measured ? "threshold-missed" : "threshold-not-determined";
    findings.push_back({.id = verdict.met ? "threshold-met" : unmet_id,
                        .word = verdict.measured && !verdict.met ? "MISSED" : verdict_word(verdict),
                        .text = fmt::format("{} on {}: {}", verdict.text, verdict.row, verdict.actual),
                        .tone = verdict.met ? Tone::good : unmet});
  }
  return findings;
}

std::vector<Finding> claims_of(const Result& result, bool whole) {
  std::vector<Finding> findings;
  for (const ClaimResult& claim : judge_claims(result)) {
    Finding finding{.id = "claim-holds",
                    .word = "holds",
                    .text = claim.says + (whole ? " (" + claim.why + ")" : ": " + claim.figures),
                    .tone = Tone::good};
    if (claim.verdict == ClaimVerdict::fails) {
      finding.id = "claim-fails";
      finding.word = "fails";
      finding.tone = Tone::bad;
    } else if (claim.verdict != ClaimVerdict::holds) {
      const bool disagree = claim.verdict == ClaimVerdict::inconclusive;
      finding.id = disagree ? "claim-inconclusive" : "claim-not-determined";
      finding.word = disagree ? "inconclusive" : "not determined";
      finding.tone = Tone::doubtful;
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace hitbench
