// Wherever two values and their change are shown, the change is that of these values, by sign, direction and size, and
// that of a share is in points: for results as wild as they come, in every format that shows changes.
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "gate/gate.h"
#include "judge/answer.h"
#include "judge/compare.h"
#include "metrics/summary.h"
#include "report/report.h"
#include "tests/gate/simulated_slots.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

// Two values and a change as they stand in a report, and a smaller number that one could have been rounded from.
struct Shown {
  std::string metric, base, candidate, change;
};

bool is_share(const std::string& metric) {
  return metric == "hit_ratio" || metric == "failed_share" || metric == "pace";
}

double number_of(std::string text) {
  std::erase(text, ',');
  static const std::map<std::string, double> kUnits = {{"ns", 1},     {"µs", 1e3},   {"ms", 1e6}, {"s", 1e9},
                                                       {"min", 6e10}, {"h", 3.6e12}, {"%", 1},    {"", 1}};
  std::istringstream in(text);
  double number = NAN;
  std::string unit;
  in >> number >> unit;
  EXPECT_TRUE(kUnits.contains(unit)) << text;
  return number * (kUnits.contains(unit) ? kUnits.at(unit) : NAN);
}

// Values have three digits, or a tenth of a percent; changes two digits at least, or a tenth of a point.
void expect_agreement(const Shown& shown, const std::string& where) {
  SCOPED_TRACE(where + ": " + shown.metric + " " + shown.base + " " + shown.candidate + " " + shown.change);
  const double base = number_of(shown.base), candidate = number_of(shown.candidate);
  if (shown.change.starts_with("none")) {
    EXPECT_EQ(shown.base, shown.candidate);
    return;
  }
  if (shown.change.starts_with("from 0")) {
    EXPECT_EQ(base, 0);
    EXPECT_GT(candidate, 0);
    return;
  }
  const double change = std::stod(shown.change);
  if (change > 0) {
    EXPECT_GE(candidate, base);
  }
  if (change < 0) {
    EXPECT_LE(candidate, base);
  }
  EXPECT_EQ(shown.change.find(" points") != std::string::npos, is_share(shown.metric));
  EXPECT_EQ(shown.change.find(" %") != std::string::npos, !is_share(shown.metric));
  if (is_share(shown.metric)) {
    EXPECT_NEAR(candidate - base, change, 0.16);
  } else if (base > 0) {
    const double ratio = candidate / base;
    EXPECT_NEAR(ratio, 1 + change / 100, 0.012 * ratio + 0.006);
  }
}

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, at);) {
    const size_t first = part.find_first_not_of(' '), last = part.find_last_not_of(' ');
    parts.push_back(first == std::string::npos ? "" : part.substr(first, last - first + 1));
  }
  return parts;
}

std::string without_per_operation(const std::string& metric) { return metric.substr(0, metric.find("/op")); }

std::vector<Shown> of_markdown(std::string text) {
  std::erase(text, '\\');
  std::vector<Shown> all;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> cells = split(line, '|');
    if (cells.size() < 5 || cells[1] == "metric" || cells[1] == "---" || cells[4] == "-") continue;
    all.push_back({without_per_operation(cells[1]), cells[2], cells[3], cells[4]});
  }
  return all;
}

// Columns stand at least two spaces apart.
std::vector<Shown> of_table(const std::string& text) {
  static const std::regex kGap("  +");
  std::vector<Shown> all;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> cells(std::sregex_token_iterator(line.begin(), line.end(), kGap, -1), {});
    if (cells.size() < 4 || cells[0] == "metric" || cells[3] == "-") continue;
    if (cells[3].find('%') == std::string::npos && cells[3].find("points") == std::string::npos) continue;
    all.push_back({without_per_operation(cells[0]), cells[1], cells[2], cells[3]});
  }
  return all;
}

// "NAME...: 80.4 µs, then 99.5 µs: +24 [+15, +31] %"
std::vector<Shown> of_sentences(const std::string& text, const std::regex& sentence) {
  std::vector<Shown> all;
  for (std::sregex_iterator at(text.begin(), text.end(), sentence), end; at != end; ++at) {
    if ((*at)[4] == "-") continue;
    all.push_back({without_per_operation((*at)[1]), (*at)[2], (*at)[3], (*at)[4]});
  }
  return all;
}

std::vector<Shown> of_junit(const std::string& text) {
  static const std::regex kSentence(
      R"x(testcase [^>]*name="([^"]+)" time="[0-9.]+">\s*<[^>]*>?[^<>]*?: ([-0-9][^:;<]*), then ([-0-9][^:;<]*): ([^;"<]*))x");
  return of_sentences(text, kSentence);
}

std::vector<Shown> of_github(std::string text) {
  text = std::regex_replace(text, std::regex("%25"), "%");
  static const std::regex kSentence(R"(::[^: ]*/[^: ]* ([^: ]+): ([-0-9][^:;]*), then ([-0-9][^:;]*): ([^;\n]*))");
  return of_sentences(text, kSentence);
}

// Programs get fractions.
void expect_numbers_agree(const std::string& basis, double base, double candidate, double change) {
  const double expected = basis == "points" ? candidate - base : candidate / base - 1;
  EXPECT_NEAR(change, expected, 1e-6 * (1 + std::abs(expected))) << basis << " " << base << " " << candidate;
}

size_t expect_json_agrees(const std::string& text) {
  size_t seen = 0;
  const auto verdict = nlohmann::json::parse(text);
  for (const auto& item : verdict["items"]) {
    if (item["change"].is_null()) continue;
    EXPECT_EQ(item["basis"] == "points", is_share(item["metric"])) << item["metric"];
    expect_numbers_agree(item["basis"], item["base"], item["candidate"], item["change"]);
    if (!item["change_low"].is_null()) {
      EXPECT_LE(item["change_low"].get<double>(), item["change"].get<double>() + 1e-9);
      EXPECT_GE(item["change_high"].get<double>(), item["change"].get<double>() - 1e-9);
    }
    ++seen;
  }
  return seen;
}

size_t expect_csv_agrees(const std::string& text) {
  size_t seen = 0;
  const std::vector<std::string> lines = split(text, '\n');
  const std::vector<std::string> heads = split(lines.at(0), ',');
  const auto column = [&](const char* name) {
    return static_cast<size_t>(std::find(heads.begin(), heads.end(), name) - heads.begin());
  };
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = split(lines[i], ',');
    if (cells.size() <= column("change") || cells[column("change")].empty()) continue;
    expect_numbers_agree(cells[column("basis")], std::stod(cells[column("base")]),
                         std::stod(cells[column("candidate")]), std::stod(cells[column("change")]));
    ++seen;
  }
  return seen;
}

// How many lines for GitHub were checked. It shows at most ten annotations, and only of what is not good, so that a
// single verdict may have none.
size_t expect_all_formats_agree(const Verdict& verdict, size_t fewest) {
  size_t on_github = 0;
  const std::vector<std::pair<std::string, std::vector<Shown>>> texts = {
      {"table", of_table(report_verdict_table(verdict, {.width = 200}))},
      {"markdown", of_markdown(report_verdict_markdown(verdict, {}))},
      {"junit", of_junit(report_verdict_junit(verdict, {}))},
      {"github", of_github(report_verdict_github(verdict, {}))}};
  for (const auto& [format, all] : texts) {
    if (format == "github") {
      on_github = all.size();
    } else {
      EXPECT_GE(all.size(), fewest) << format;
    }
    for (const Shown& shown : all) expect_agreement(shown, format);
  }
  EXPECT_GE(expect_json_agrees(report_verdict_json(verdict, {})), fewest);
  EXPECT_GE(expect_csv_agrees(report_verdict_csv(verdict, {})), fewest);
  return on_github;
}

// A run of which nothing is sure: every figure is somewhere within four orders of magnitude, or any share.
RunResult wild_run(Rng& rng, const std::string& name, const std::string& clock) {
  const auto time = [&] { return std::exp(rng.uniform() * 9.2); };
  const auto misses = static_cast<uint64_t>(100'000 * std::pow(rng.uniform(), 3));
  RunResult run = sample::run(name, {.mean_ns = 1e4 * time(),
                                     .p50_ns = std::llround(1e4 * time()),
                                     .p99_ns = std::llround(1e5 * time()),
                                     .ops_s = 100 * time(),
                                     .hits = 100'000 - misses,
                                     .misses = misses});
  run.clock = clock;
  for (int i = 0; i < 5; ++i) {
    sample::add_rounds(run, {0.2 + time() / 1000});
    run.rounds.back().round = i;
    run.rounds.back().hit_ratio = rng.uniform();
  }
  return run;
}

Verdict wild_gate(uint64_t seed, const std::string& clock) {
  Rng rng(seed);
  SimulatedSlots slots([&](Side, size_t) {
    return Slot{
        .result = simulated_result({wild_run(rng, "cache-aside/redis", clock)}), .failure = "", .control_ns = {}};
  });
  const std::atomic<bool> interrupted{false};
  return run_gate(slots, {.base = "as it is", .candidate = "changed", .order_seed = seed, .metrics = {}}, interrupted,
                  [](const std::string&) {});
}

TEST(Agreement, OfValuesAndChangesInAGate) {
  size_t real = 0, exact = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    real += expect_all_formats_agree(wild_gate(seed, "real"), 4);
    exact += expect_all_formats_agree(wild_gate(seed, "virtual"), 4);
  }
  EXPECT_GT(real, 0u) << "lines for GitHub";
  EXPECT_GT(exact, 0u) << "lines for GitHub";
}

TEST(Agreement, OfValuesAndChangesInAComparison) {
  size_t on_github = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Rng rng(seed);
    Result base = sample::two_caches(), candidate = base;
    base.runs = {wild_run(rng, "cache-aside/redis", "real")};
    candidate.runs = {wild_run(rng, "cache-aside/redis", "real")};
    on_github +=
        expect_all_formats_agree(compare_results(base, candidate, {.base = "a", .candidate = "b", .metrics = {}}), 4);
  }
  EXPECT_GT(on_github, 0u) << "lines for GitHub";
}

TEST(Agreement, OfFailuresAndOfThePaceInPoints) {
  RunResult base = sample::run("cache-aside/redis", {.hits = 99'000, .misses = 1000}), candidate = base;
  candidate.reads.failed = 5000;
  candidate.reads.fresh_hit = 94'000;
  set_failures(candidate);
  Result before = sample::two_caches(), after = before;
  before.runs = {base};
  after.runs = {candidate};
  const Verdict failures = compare_results(before, after, {.base = "a", .candidate = "b", .metrics = {}});
  EXPECT_EQ(expect_all_formats_agree(failures, 1), 1u);
  before.runs[0].pace = 1;
  after.runs[0] = base;
  after.runs[0].pace = 0.69;
  after.runs[0].validity.overloaded = true;
  const Verdict verdict = compare_results(before, after, {.base = "a", .candidate = "b", .metrics = {}});
  EXPECT_EQ(expect_all_formats_agree(verdict, 1), 1u);
  EXPECT_NEAR(*verdict.items.at(0).change, -0.31, 1e-9);
}

// What the rounds say and what the whole run says may differ; the whole run is what the two columns show.
TEST(Agreement, OfTwoRowsSideBySide) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Rng rng(seed);
    Result result = sample::two_caches();
    result.runs = {wild_run(rng, "cache-aside/redis", "real"), wild_run(rng, "cache-aside/memcached", "real")};
    const ReportStyle style{.width = 200, .rows = {"cache-aside/redis", "cache-aside/memcached"}};
    const std::string table = report_table(result, style), markdown = report_markdown(result, style);
    const char* title = "cache-aside/memcached against cache-aside/redis";
    const auto section = [&](const std::string& text) {  // up to what was counted
      const size_t at = text.find(title);
      return text.substr(at, text.find("\nZero in ", at) - at);
    };
    const std::vector<Shown> in_table = of_table(section(table)), in_markdown = of_markdown(section(markdown));
    EXPECT_GE(in_table.size(), 5u);
    EXPECT_GE(in_markdown.size(), 5u);
    for (const Shown& shown : in_table) expect_agreement(shown, "table");
    for (const Shown& shown : in_markdown) expect_agreement(shown, "markdown");
  }
}

// "23 % lower (95 % interval ...)", "2.4 times as high", "12.0 points lower". A factor has a tenth, or from 10 on no
// decimals.
void expect_size_agrees(const std::string& words, double from, double to) {
  SCOPED_TRACE(words + ": " + std::to_string(from) + " to " + std::to_string(to));
  std::string digits = words;
  std::erase(digits, ',');
  const double size = std::stod(digits);
  const std::string told = words.substr(0, words.find('('));
  const double sign = told.find("lower") == std::string::npos ? 1 : -1;
  if (told.find("points") != std::string::npos) {
    EXPECT_NEAR(to - from, sign * size, 0.16);
    return;
  }
  ASSERT_GT(from, 0);
  const double ratio = to / from;
  if (told.find("times") != std::string::npos) {
    EXPECT_NEAR(ratio, size, 0.012 * ratio + (size < 10 ? 0.05 : 0.5));
  } else {
    EXPECT_NEAR(ratio, 1 + sign * size / 100, 0.012 * ratio + 0.006);
  }
}

// An answer that names two values and their difference.
TEST(Agreement, OfValuesAndTheirDifferenceInAnAnswer) {
  static const std::regex kWords(
      R"((.*) to (.*): (at most.* apart, if at all|not comparable.*|equal|.*(lower|higher|as high).*))");
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Rng rng(seed);
    Result result = sample::two_caches();
    result.runs = {wild_run(rng, "a/redis", "real"), wild_run(rng, "b/redis", "real")};
    for (const std::string metric : {"read.p50", "hit_ratio", "throughput"}) {
      result.answer = "{a/redis." + metric + "} to {b/redis." + metric + "}: {difference a/redis." + metric +
                      " b/redis." + metric + "}";
      const std::string answer = fill_answer(result);
      std::smatch match;
      ASSERT_TRUE(std::regex_match(answer, match, kWords)) << answer;
      const double from = number_of(match[1]), to = number_of(match[2]);
      if (match[4] == "lower") {
        EXPECT_LE(to, from) << answer;
      }
      if (match[4] == "higher" || match[4] == "as high") {
        EXPECT_GE(to, from) << answer;
      }
      const bool sized = match[4].matched;
      if (sized) expect_size_agrees(match[3], from, to);
      if (match[3] == "equal") {
        EXPECT_EQ(from, to) << answer;
      }
      EXPECT_EQ(sized && match[3].str().find("points") != std::string::npos, sized && metric == "hit_ratio") << answer;
    }
  }
}

}  // namespace
}  // namespace hitbench
