#include "report/html/attached_data.h"

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "metrics/histogram.h"
#include "report/html/packed.h"

namespace hitbench::html {
namespace {

template <class Whole>
struct LeftOut {
  const char* words;
  void (*remove)(Whole& whole);
};

void remove_histogram(Percentiles& percentiles) { percentiles.histogram.clear(); }

// Of which no chart is drawn.
void remove_side_histograms(Result& result) {
  for (RunResult& run : result.runs) {
    for (LatencyResult* latency : {&run.read, &run.write, &run.erase, &run.modify}) {
      for (Percentiles* side : {&latency->service, &latency->gen_late, &latency->failed}) remove_histogram(*side);
    }
    remove_histogram(run.observer);
  }
}

// Of so few different values an HdrHistogram takes a tenth of the room.
std::string coarse(const std::string& histogram) {
  return histogram.empty() ? histogram : Histogram::decode_v2(histogram).coarsened().encode_v2();
}

constexpr std::array kResponsesBesides = {&RunResult::write, &RunResult::erase, &RunResult::modify};

// Only what charts are drawn from stays, in less room.
void coarsen_histograms(Result& result) {
  remove_side_histograms(result);
  for (RunResult& run : result.runs) {
    for (LatencyResult RunResult::*kind : kResponsesBesides) remove_histogram((run.*kind).response);
    for (Percentiles* reads : {&run.read.response, &run.loaded}) reads->histogram = coarse(reads->histogram);
  }
}

void remove_histograms(Result& result) {
  remove_side_histograms(result);
  for (RunResult& run : result.runs) {
    for (LatencyResult RunResult::*kind : kResponsesBesides) remove_histogram((run.*kind).response);
    for (Percentiles* reads : {&run.read.response, &run.loaded}) remove_histogram(*reads);
  }
}

void remove_series(Result& result) {
  for (RunResult& run : result.runs) run.series.clear();
}

void remove_maps(Result& result) {
  for (RunResult& run : result.runs) run.latency_map = {};
}

void remove_rounds(Result& result) {
  for (RunResult& run : result.runs) run.rounds.clear();
}

constexpr LeftOut<Result> kSides{"histograms of service times, schedule lag and the jitter probe",
                                 remove_side_histograms};
constexpr LeftOut<Result> kCoarse{
    "all histograms but those of read responses, whose values are up to 3 % higher than measured", coarsen_histograms};
constexpr LeftOut<Result> kSeries{"the series of seconds", remove_series};
constexpr LeftOut<Result> kMaps{"latency maps", remove_maps};
constexpr LeftOut<Result> kHistograms{"all histograms", remove_histograms};
constexpr LeftOut<Result> kRounds{"the rounds", remove_rounds};

constexpr LeftOut<Verdict> kPercentiles{"percentiles that were not judged", [](Verdict& verdict) {
                                          verdict.percentiles.clear();
                                          for (VerdictSlot& slot : verdict.slots) slot.percentiles.clear();
                                        }};
constexpr LeftOut<Verdict> kSlots{"the slots", [](Verdict& verdict) { verdict.slots.clear(); }};

// What goes, from little to much.
const std::vector<std::vector<LeftOut<Result>>>& cuts_of(const Result&) {
  static const std::vector<std::vector<LeftOut<Result>>> cuts = {{},
                                                                 {kSides},
                                                                 {kCoarse},
                                                                 {kSeries},
                                                                 {kSeries, kSides},
                                                                 {kSeries, kCoarse},
                                                                 {kSeries, kCoarse, kMaps},
                                                                 {kSeries, kHistograms, kMaps},
                                                                 {kSeries, kHistograms, kMaps, kRounds}};
  return cuts;
}

const std::vector<std::vector<LeftOut<Verdict>>>& cuts_of(const Verdict&) {
  static const std::vector<std::vector<LeftOut<Verdict>>> cuts = {{}, {kPercentiles}, {kPercentiles, kSlots}};
  return cuts;
}

std::string json_of(const Result& result, const ReportStyle& style) { return report_json(result, style); }
std::string json_of(const Verdict& verdict, const ReportStyle& style) { return report_verdict_json(verdict, style); }

// What was taken from a page lacks something already.
template <class Whole>
Whole without(const std::vector<LeftOut<Whole>>& cut, Whole whole) {
  for (const LeftOut<Whole>& piece : cut) {
    piece.remove(whole);
    std::vector<std::string>& words = whole.left_out;
    if (std::find(words.begin(), words.end(), piece.words) == words.end()) words.emplace_back(piece.words);
  }
  return whole;
}

template <class Whole>
AttachedData data_within(size_t most, const Whole& whole, const ReportStyle& style) {
  AttachedData data;
  const auto attach = [&](const Whole& what) {
    data = {.base64 = to_base64(gzipped(json_of(what, style))), .left_out = what.left_out};
  };
  for (const std::vector<LeftOut<Whole>>& cut : cuts_of(whole)) {
    if (cut.empty()) {
      attach(whole);
    } else {
      attach(without(cut, whole));
    }
    if (data.base64.size() <= most) break;
  }
  return data;
}

}  // namespace

AttachData data_of(const Result& result, const ReportStyle& style) {
  return [&](size_t most) { return data_within(most, result, style); };
}

AttachData data_of(const Verdict& verdict, const ReportStyle& style) {
  return [&](size_t most) { return data_within(most, verdict, style); };
}

AttachData data_of(const std::string& json) {
  return [&](size_t) { return AttachedData{.base64 = to_base64(gzipped(json)), .left_out = {}}; };
}

}  // namespace hitbench::html
