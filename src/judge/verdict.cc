#include "judge/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "judge/criterion.h"
#include "judge/failures.h"
#include "metrics/json_archive.h"
#include "metrics/result_fields.h"

namespace hitbench {
namespace {

constexpr const char* kSchema = "hitbench.verdict/1";
constexpr std::array<std::string_view, 6> kWords = {"pass",      "improved",     "suspect",
                                                    "regressed", "inconclusive", "invalid"};

// From the one that decides to the one that yields.
constexpr std::array kGravity = {Word::invalid,      Word::regressed, Word::suspect,
                                 Word::inconclusive, Word::improved,  Word::pass};

// Older verdicts tell a hit ratio's change as that of its misses, and a share's of failures in a note only. Items of a
// whole row have no metric, and one that this version does not know stays as it is.
void tell_in_points(VerdictItem& item) {
  if (item.basis == "points" || (item.metric != "hit_ratio" && item.metric != kFailedShare)) return;
  const Mode mode = item.method == "exact" ? Mode::exact : Mode::statistical;
  item.basis = "points";
  item.change.reset(), item.change_low.reset(), item.change_high.reset(), item.detectable.reset();
  if (item.base && item.candidate) item.change = change_of(item);
  if (item.base) item.delta = worsening_of(std::log1p(item.delta), parse_criterion(item.metric), mode, item);
}

}  // namespace

// The archives find these by the type that they are called with, so they cannot hide in the unnamed namespace.
template <class Archive>
void visit(Archive& archive, Like<VerdictItem> auto& item) {
  archive("row", item.row);
  archive("metric", item.metric);
  archive("basis", item.basis);
  archive("better", item.better);
  archive("method", item.method);
  archive("base", item.base);
  archive("candidate", item.candidate);
  archive("base_low", item.base_low);
  archive("base_high", item.base_high);
  archive("change", item.change);
  archive("change_low", item.change_low);
  archive("change_high", item.change_high);
  archive("p", item.p);
  archive("pairs", item.pairs);
  archive("delta", item.delta);
  archive("detectable", item.detectable);
  archive("noise", item.noise);
  archive("judged", item.judged);
  archive("verdict", item.verdict);
  archive("note", item.note);
}

template <class Archive>
void visit(Archive& archive, Like<SlotPercentiles> auto& percentiles) {
  archive("of", percentiles.of);
  archive("ns", percentiles.ns);
}

template <class Archive>
void visit(Archive& archive, Like<VerdictSlot> auto& slot) {
  archive("side", slot.side);
  archive("stage", slot.stage);
  archive("pair", slot.pair);
  archive("place", slot.place);
  archive("seed", slot.seed);
  archive("failure", slot.failure);
  archive("disturbed", slot.disturbed);
  archive("control_ns", slot.control_ns);
  archive("steal", slot.steal);
  archive("values", slot.values);
  archive("percentiles", slot.percentiles);
}

// All of a verdict but the embedded environment.
template <class Archive>
void visit(Archive& archive, Like<Verdict> auto& verdict) {
  archive("kind", verdict.kind);
  archive("verdict", verdict.verdict);
  archive("exit_code", verdict.exit_code);
  archive("complete", verdict.complete);
  archive("question", verdict.question);
  archive("base", verdict.base);
  archive("candidate", verdict.candidate);
  archive("unlike", verdict.unlike);
  archive("differences", verdict.differences);
  visit_doubts(archive, "reasons", "reason_ids", verdict.reasons);
  visit_doubts(archive, "warnings", "warning_ids", verdict.warnings);
  archive("alpha", verdict.alpha);
  archive("tests", verdict.tests);
  archive("order_seed", verdict.order_seed);
  archive("items", verdict.items);
  archive("percentiles", verdict.percentiles);
  archive("slots", verdict.slots);
  archive("left_out", verdict.left_out);
}

std::string_view word_of(Word word) { return kWords[static_cast<size_t>(word)]; }

bool from_word(std::string_view text, Word& word) {
  const auto found = std::find(kWords.begin(), kWords.end(), text);
  if (found == kWords.end()) return false;
  word = static_cast<Word>(found - kWords.begin());
  return true;
}

Word overall(const Verdict& verdict) {
  if (!verdict.reasons.empty()) return Word::invalid;
  for (const Word word : kGravity) {
    const auto says = [&](const VerdictItem& item) { return item.judged && item.verdict == word; };
    if (std::any_of(verdict.items.begin(), verdict.items.end(), says)) return word;
  }
  return verdict.items.empty() ? Word::invalid : Word::inconclusive;
}

int exit_code_of(const Verdict& verdict, const ExitRules& rules) {
  if (!verdict.complete) return 130;
  switch (verdict.verdict) {
    case Word::invalid:
      return 4;
    case Word::regressed:
      return 3;
    case Word::suspect:
      return rules.strict ? 3 : 0;
    case Word::inconclusive:
      return rules.fail_on_inconclusive ? 5 : 0;
    case Word::pass:
    case Word::improved:
      break;
  }
  return 0;
}

std::string verdict_to_json(const Verdict& verdict) {
  Json json = Json::object();
  json["schema"] = kSchema;
  json["environment"] = embedded_document(verdict.environment_json);
  JsonWriter writer(json);
  visit(writer, verdict);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool is_verdict(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("schema") && json["schema"].is_string() &&
         json["schema"].get<std::string>().starts_with("hitbench.verdict/");
}

Verdict verdict_from_json(const std::string& text, const std::string& where) {
  const Json json = parse_document(text, where);
  check_schema(json, kSchema, where);
  for (const char* name : {"environment", "verdict", "items"}) {
    if (!json.contains(name)) throw usage_error(where + " lacks \"" + name + "\"", kOurFile);
  }
  Verdict verdict;
  verdict.differences_known = json.contains("differences");
  verdict.environment_json = json["environment"].dump(2);
  JsonReader reader(json, where);
  visit(reader, verdict);
  for (VerdictItem& item : verdict.items) tell_in_points(item);
  return verdict;
}

}  // namespace hitbench
