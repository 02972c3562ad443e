// A verdict, as data: what `hitbench compare` and `hitbench gate` say and what reports print of it (schema
// hitbench.verdict/1, docs/verdict.schema.json). Shares are fractions: 0.12 is 12 %.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "metrics/result.h"

namespace hitbench {

enum class Word {
  pass,          // a worsening of `delta` or more is excluded
  improved,      // better by at least `delta`
  suspect,       // it looks worse, but time lay between the two sides: compare only
  regressed,     // worse by at least `delta`
  inconclusive,  // neither is shown: too much noise for so few pairs
  invalid,       // nothing can be said: a side crashed, or the two did not do the same
};
std::string_view word_of(Word word);
bool from_word(std::string_view text, Word& word);

// One metric of one row.
struct VerdictItem {
  std::string row;
  std::string metric;                 // its path, as in thresholds
  std::string basis = "value";        // what `change` is of: "value", "per operation"; "points": a difference of shares
  std::string better = "lower";       // "lower" or "higher"
  std::string method = "paired";      // "exact", "paired" (signed-rank) or "unpaired" (Mann-Whitney)
  Maybe<double> base, candidate;      // times in ns; as far apart as `change` says
  Maybe<double> base_low, base_high;  // 95 % interval of the base's median: calibration only
  Maybe<double> change, change_low, change_high;  // of the candidate against the base, with its 95 % interval
  Maybe<double> p;                                // one-sided, of the last stage
  std::vector<int> pairs;                         // of each stage
  double delta = 0;                               // the practical-significance threshold
  Maybe<double> detectable;                       // a worsening that this would detect with 80 % power
  Maybe<double> noise;                            // standard deviation of the logarithm of a pair's ratio
  bool judged = true;                             // false: for information, it decides nothing
  Word verdict = Word::inconclusive;
  std::string note;

  void add_note(const std::string& more) { add_part(note, more, "; "); }
};

// The percentiles of one distribution in a slot, as Verdict::percentiles names them; null for too few values.
struct SlotPercentiles {
  std::string of;  // "row: read.response"
  std::vector<Maybe<double>> ns;
};

// Those whose percentiles a gate keeps.
inline constexpr std::array kSlotDistributions = {"read.response", "write.response"};

// One fresh run of one side, kept so that anybody can test again.
struct VerdictSlot {
  std::string side;  // "base" or "candidate"
  int stage = 1, pair = 0;
  int place = 1;  // 1: before the other side of its pair
  uint64_t seed = 0;
  Maybe<std::string> failure;
  bool disturbed = false;  // its pair was run again, or would have been
  Maybe<double> control_ns, steal;
  std::map<std::string, double> values;  // "row: metric"
  std::vector<SlotPercentiles> percentiles;
};

struct Verdict {
  std::string kind = "gate";  // "gate", "compare" or "calibration"
  Word verdict = Word::inconclusive;
  int exit_code = 0;
  bool complete = true;  // false: interrupted
  std::string question;
  std::string base, candidate;           // what makes the two sides
  std::vector<std::string> unlike;       // fields in which two results differ: compare
  std::vector<std::string> differences;  // of the sides: "strategies.0.ttl: 1min → 30s"
  bool differences_known = true;         // false: an older version wrote it, which did not look
  std::vector<Doubt> reasons;            // why invalid
  std::vector<Doubt> warnings;           // to be read alongside the verdict
  double alpha = 0;                      // bound of the false alarms of the whole verdict; 0: none is needed
  int tests = 0;                         // that could raise one
  Maybe<uint64_t> order_seed;            // of the random order within pairs
  std::string environment_json;          // of the first slot, or of the candidate
  std::vector<VerdictItem> items;
  std::vector<std::string> percentiles;  // that slots have, judged or not: "p99_9"
  std::vector<VerdictSlot> slots;
  std::vector<std::string> left_out;  // as in a result
};

// The worst of the items that are judged: invalid, regressed, suspect, inconclusive, improved, pass. `reasons` make it
// invalid; without items it is invalid too, without a judged one inconclusive.
Word overall(const Verdict& verdict);

inline constexpr const char* kNothingJudged = "no row ran on both sides";

// 3 regressed (`strict`: suspect too), 4 invalid, 130 interrupted; 5 inconclusive, where that was asked for.
struct ExitRules {
  bool strict = false;
  bool fail_on_inconclusive = false;
};
int exit_code_of(const Verdict& verdict, const ExitRules& rules);

bool is_verdict(const std::string& text);  // by its schema's name, of whatever version

std::string verdict_to_json(const Verdict& verdict);  // pretty-printed, ends in a newline
// Throws Error{usage} for what is no verdict, or one of a newer schema; `where` names the file.
Verdict verdict_from_json(const std::string& text, const std::string& where);

}  // namespace hitbench
