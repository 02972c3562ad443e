#include "cli/trace_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/printable.h"
#include "base/text.h"
#include "base/units.h"

namespace hitbench {
namespace {

using Tone = Finding::Tone;
using Json = nlohmann::ordered_json;

// Below this share of reads that ask for a key again hardly anything can hit.
constexpr double kHardlyAny = 0.1;

double share_of(uint64_t part, uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

Finding plain(std::string id, std::string word, std::string text) {
  return {.id = std::move(id), .word = std::move(word), .text = std::move(text), .tone = Tone::plain};
}

Finding reach(const TraceStatistics& facts) {
  const double share = share_of(facts.repeated_reads, facts.reads);
  std::string text = fmt::format("at most {} of {} can hit, for the others ask for a key for the first time",
                                 format_share(share), counted(facts.reads, "read"));
  if (facts.keys_written > 0) text += "; writes take more away";
  return {.id = "reach",
          .word = share < kHardlyAny ? "hardly cacheable" : "cacheable",
          .text = std::move(text),
          .tone = share < kHardlyAny ? Tone::doubtful : Tone::good};
}

Finding skew(const TraceStatistics& facts) {
  std::string text = fmt::format("the hottest key has {} of the reads, the hottest 1 % of the keys {}",
                                 format_share(facts.top_shares[0]), format_share(facts.top_shares[3]));
  if (facts.zipf_theta) text += fmt::format("; like zipf {:.2f}", *facts.zipf_theta);
  return plain("skew", "popularity", std::move(text));
}

std::vector<Finding> answer(const TraceStatistics& facts) {
  std::vector<Finding> found;
  if (facts.reads > 0) {
    found.push_back(reach(facts));
    found.push_back(skew(facts));
  }
  if (facts.footprint_bytes > 0) {
    std::string text = fmt::format("{} hold all of its {}", format_size(facts.footprint_bytes),
                                   counted(facts.keys - facts.unknown_values, "known key"));
    if (facts.unknown_values > 0)
      text += fmt::format("; of {} nothing tells the size", counted(facts.unknown_values, "key"));
    found.push_back(plain("footprint", "size", text + "; `hitbench curve` says how little will do"));
  }
  if (!facts.hottest.empty() && facts.hottest.front().peak_per_s > 1) {
    found.push_back(plain("peak", "peak",
                          fmt::format("{} in the busiest second, {} of one key", counted(facts.peak_per_s, "request"),
                                      format_count(static_cast<double>(facts.hottest.front().peak_per_s)))));
  }
  return found;
}

// Its kinds of requests, those that are there.
Section operations(const TraceStatistics& facts) {
  Section section{.title = "Requests",
                  .grid = {.columns = {{.head = {"kind"}}, {.head = {"requests"}}, {.head = {"share"}}}, .rows = {}}};
  const std::pair<const char*, uint64_t> kinds[] = {{"reads", facts.reads},
                                                    {"  of rows that are not there", facts.absent_reads},
                                                    {"writes", facts.writes},
                                                    {"deletes", facts.deletes},
                                                    {"modifications", facts.modifies},
                                                    {"fills after misses", facts.fills}};
  for (const auto& [name, count] : kinds) {
    if (count == 0) continue;
    section.grid.rows.push_back({text_cell(name), number_cell(static_cast<double>(count), CellUnit::count),
                                 number_cell(share_of(count, facts.requests), CellUnit::share)});
  }
  return section;
}

Section keys(const TraceStatistics& facts) {
  Section section{.title = "Keys",
                  .grid = {.columns = {{.head = {"keys"}}, {.head = {"number"}}, {.head = {"share"}}}, .rows = {}}};
  const std::pair<const char*, uint64_t> kinds[] = {
      {"distinct", facts.keys}, {"read once only", facts.one_hit_wonders}, {"written", facts.keys_written}};
  for (const auto& [name, count] : kinds) {
    section.grid.rows.push_back({text_cell(name), number_cell(static_cast<double>(count), CellUnit::count),
                                 number_cell(share_of(count, facts.keys), CellUnit::share)});
  }
  return section;
}

void add_spread(Grid& grid, const char* name, const std::optional<Spread>& spread, CellUnit unit) {
  if (!spread) return;
  std::vector<Cell> cells = {text_cell(name)};
  for (const double value : {spread->min, spread->median, spread->p90, spread->p99, spread->max, spread->mean}) {
    cells.push_back(number_cell(value, unit));
  }
  grid.rows.push_back(std::move(cells));
}

Section spreads(const TraceStatistics& facts) {
  Section section{.title = "Distributions", .grid = {.columns = {{.head = {""}}}, .rows = {}}};
  for (const char* head : {"least", "median", "p90", "p99", "most", "mean"}) {
    section.grid.columns.push_back({.head = {head}});
  }
  add_spread(section.grid, "key size", facts.key_bytes, CellUnit::size);
  add_spread(section.grid, "value size", facts.value_bytes, CellUnit::size);
  add_spread(section.grid, "time until read again", facts.reuse_ns, CellUnit::time);
  add_spread(section.grid, "TTL", facts.ttl_ns, CellUnit::time);
  add_spread(section.grid, "the origin's time", facts.origin_ns, CellUnit::time);
  return section;
}

Section hottest(const TraceStatistics& facts) {
  const bool timed = facts.span_s > 0;
  Section section{.title = "Hottest keys",
                  .grid = {.columns = {{.head = {"key"}}, {.head = {"reads"}}, {.head = {"share"}}}, .rows = {}}};
  if (timed) section.grid.columns.push_back({.head = {"most in a second"}});
  for (const NotedKey& key : facts.hottest) {
    section.grid.rows.push_back({text_cell(printable(without_middle(key.text, 60))),
                                 number_cell(static_cast<double>(key.requests), CellUnit::count),
                                 number_cell(key.share, CellUnit::share)});
    if (timed) section.grid.rows.back().push_back(number_cell(static_cast<double>(key.peak_per_s), CellUnit::count));
  }
  return section;
}

std::string sparkline(const std::vector<uint64_t>& values) {
  static constexpr const char* kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const uint64_t most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string line;
  for (const uint64_t value : values) line += most == 0 ? " " : kBlocks[value * 7 / most];
  return line;
}

std::string header(const CompactTrace& trace, const TraceStatistics& facts) {
  std::string text =
      fmt::format("{}, {} to {}", trace.format(), counted(facts.requests, "request"), counted(facts.keys, "key"));
  if (facts.span_s > 0) {
    text += fmt::format(" over {}, {}/s", format_duration(trace.span()), format_rate(facts.mean_per_s));
  }
  return text;
}

Json spread_json(const std::optional<Spread>& spread) {
  if (!spread) return nullptr;
  return {{"min", spread->min}, {"median", spread->median}, {"p90", spread->p90},
          {"p99", spread->p99}, {"max", spread->max},       {"mean", spread->mean}};
}

Json hottest_json(const TraceStatistics& facts) {
  Json keys = Json::array();
  for (const NotedKey& key : facts.hottest) {
    keys.push_back(
        {{"key", key.text}, {"requests", key.requests}, {"share", key.share}, {"peak_per_s", key.peak_per_s}});
  }
  return keys;
}

}  // namespace

std::vector<Finding> trace_doubts(const CompactTrace& trace) {
  std::vector<Finding> found;
  const TraceCounts& counts = trace.counts();
  if (counts.malformed > 0) {
    std::string text = counted(counts.malformed, "line") + " left out:";
    for (const std::string& line : counts.first_malformed) text += " " + line + ";";
    text.pop_back();
    found.push_back({.id = "malformed", .word = "malformed", .text = std::move(text), .tone = Tone::doubtful});
  }
  if (counts.lost > 0) {
    found.push_back({.id = "lost",
                     .word = "lost",
                     .text = counted(counts.lost, "request") + " that the server could not write: it was too busy",
                     .tone = Tone::doubtful});
  }
  if (const uint64_t all = counts.left_out_in_all(); all > 0) {
    std::vector<std::pair<std::string, uint64_t>> reasons(counts.left_out.begin(), counts.left_out.end());
    std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    constexpr size_t kMost = 5;
    std::string text;
    for (size_t i = 0; i < std::min(reasons.size(), kMost); ++i) {
      add_part(text, fmt::format("{} ({})", reasons[i].first, format_count(static_cast<double>(reasons[i].second))));
    }
    if (reasons.size() > kMost) text += fmt::format(" and {} more reasons", reasons.size() - kMost);
    found.push_back(plain("left-out", "left out", counted(all, "request") + ": " + text));
  }
  if (trace.has_whole_seconds()) {
    found.push_back(
        plain("whole-seconds", "whole seconds", "it has no finer times: what happens within a second is unknown"));
  }
  return found;
}

Page trace_page(const std::string& file, const CompactTrace& trace, const TraceStatistics& facts) {
  Page page{.kind = "hitbench:trace", .blocks = {}};
  const auto add = [&](auto content) { page.blocks.push_back({.content = std::move(content)}); };
  add(Heading{"What is in " + printable(file) + "?"});
  add(Paragraph{.text = header(trace, facts)});
  add(FindingList{.title = "Answer", .findings = answer(facts)});
  if (std::vector<Finding> doubts = trace_doubts(trace); !doubts.empty()) {
    add(FindingList{.title = "Trust", .findings = std::move(doubts)});
  }
  if (facts.over_time.size() > 1) {
    add(Paragraph{
        .lead = "Over time",
        .after = "  ",
        .text = sparkline(facts.over_time) + "  at most " + format_rate(static_cast<double>(facts.peak_per_s)) + "/s",
        .bold = true,
        .starts_part = true});
  }
  add(operations(facts));
  add(keys(facts));
  add(spreads(facts));
  if (!facts.hottest.empty()) add(hottest(facts));
  return page;
}

std::string trace_json(const std::string& file, const CompactTrace& trace, const TraceStatistics& facts) {
  const TraceCounts& counts = trace.counts();
  Json json = {{"schema", "hitbench.trace/1"},
               {"file", file},
               {"format", trace.format()},
               {"requests", facts.requests},
               {"reads", facts.reads},
               {"writes", facts.writes},
               {"deletes", facts.deletes},
               {"modifies", facts.modifies},
               {"fills", facts.fills},
               {"absent_reads", facts.absent_reads},
               {"repeated_reads", facts.repeated_reads},
               {"keys", facts.keys},
               {"keys_written", facts.keys_written},
               {"one_hit_wonders", facts.one_hit_wonders},
               {"left_out", counts.left_out_in_all()},
               {"left_out_by_reason", counts.left_out},
               {"malformed", counts.malformed},
               {"first_malformed", counts.first_malformed},
               {"lost", counts.lost},
               {"zipf_theta", facts.zipf_theta ? Json(*facts.zipf_theta) : Json(nullptr)},
               {"top_shares",
                {{"key", facts.top_shares[0]},
                 {"keys_10", facts.top_shares[1]},
                 {"keys_100", facts.top_shares[2]},
                 {"percent_1", facts.top_shares[3]}}},
               {"hottest", hottest_json(facts)},
               {"key_bytes", spread_json(facts.key_bytes)},
               {"value_bytes", spread_json(facts.value_bytes)},
               {"unknown_values", facts.unknown_values},
               {"footprint_bytes", facts.footprint_bytes},
               {"reuse_ns", spread_json(facts.reuse_ns)},
               {"ttl_ns", spread_json(facts.ttl_ns)},
               {"origin_ns", spread_json(facts.origin_ns)},
               {"has_times", trace.has_times()},
               {"has_whole_seconds", trace.has_whole_seconds()},
               {"start_ns", trace.has_times() ? Json(trace.start().count()) : Json(nullptr)},
               {"span_ns", trace.has_times() ? Json(trace.span().count()) : Json(nullptr)},
               {"mean_per_s", facts.span_s > 0 ? Json(facts.mean_per_s) : Json(nullptr)},
               {"peak_per_s", facts.span_s > 0 ? Json(facts.peak_per_s) : Json(nullptr)},
               {"over_time", facts.over_time}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hitbench
