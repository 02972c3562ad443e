#include "report/curve_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/units.h"
#include "report/csv_line.h"

namespace hitbench {
namespace {

constexpr size_t kDrawnCurves = 3;  // whose points are bars, too

bool has_bytes(const CurveSet& set) { return set.unit == SizeUnit::bytes; }

std::string room_words(const CurveSet& set, uint64_t size) {
  const auto value = static_cast<double>(size);
  if (has_bytes(set)) return format_size(value);
  const std::string entries = counted(value, "entry");
  return set.has_sizes() ? fmt::format("{} (about {})", entries, format_size(value * set.mean_bytes)) : entries;
}

Cell room_cell(const CurveSet& set, uint64_t size) {
  return number_cell(static_cast<double>(size), has_bytes(set) ? CellUnit::size : CellUnit::count);
}

// The curve that speaks for the trace: LRU's, else the first of a policy.
const PolicyCurve& leading_curve(const CurveSet& set) {
  const auto named = [&](const PolicyCurve& curve) { return curve.policy == "lru"; };
  const auto lru = std::find_if(set.curves.begin(), set.curves.end(), named);
  if (lru != set.curves.end()) return *lru;
  const auto is_policy = [](const PolicyCurve& curve) { return curve.method != CurveMethod::bound; };
  const auto policy = std::find_if(set.curves.begin(), set.curves.end(), is_policy);
  return policy != set.curves.end() ? *policy : set.curves.front();
}

const CurvePoint* point_at(const PolicyCurve& curve, uint64_t size) {
  const auto has_size = [&](const CurvePoint& point) { return point.size == size; };
  const auto point = std::find_if(curve.points.begin(), curve.points.end(), has_size);
  return point == curve.points.end() ? nullptr : &*point;
}

std::string misses_words(const CurveSet& set) {
  const Ceiling& ceiling = set.ceiling;
  const auto share = [&](uint64_t part) {
    return format_share(static_cast<double>(part) / static_cast<double>(ceiling.reads));
  };
  std::string words;
  if (ceiling.first > 0) add_part(words, share(ceiling.first) + " of the reads are the first of their key");
  if (ceiling.invalidated > 0) add_part(words, share(ceiling.invalidated) + " follow a write");
  if (ceiling.expired > 0) add_part(words, share(ceiling.expired) + " find an expired entry");
  if (ceiling.absent > 0) add_part(words, share(ceiling.absent) + " ask for rows that do not exist");
  return words;
}

class CurvePage {
 public:
  explicit CurvePage(const CurveReport& report) : report_(report), set_(report.set) {}

  Page build() {
    add(Heading{fmt::format("Hit ratio by cache size: {}", report_.trace)});
    add(Paragraph{.lead = "", .after = "", .text = answer()});
    add(Paragraph{.lead = "Ceiling:", .after = " ", .text = ceiling()});
    add(chart());
    add(reach());
    if (const Section bytes = byte_ratios(); !bytes.grid.rows.empty()) add(bytes);
    if (std::vector<Finding> trust = findings(); !trust.empty()) {
      add(FindingList{.title = "What to know of these figures", .findings = std::move(trust)});
    }
    add(Footer{{{"trace", trace_words()}, {"method", method_words()}}});
    return std::move(page_);
  }

 private:
  template <class Content>
  void add(Content content) {
    page_.blocks.push_back({.content = std::move(content)});
  }

  std::string answer() const {
    const PolicyCurve& curve = leading_curve(set_);
    const auto is_most = [](const CurveReach& reach) { return reach.share == 0.9; };
    const auto most = std::find_if(curve.reach.begin(), curve.reach.end(), is_most);
    std::string text;
    if (set_.ceiling.hits == 0) {
      text = "No cache would help: no read finds what an earlier one has stored.";
    } else if (most->size) {
      text = fmt::format("{}{} reach 90 % of what any size could with {}: a hit ratio of {}, with a ceiling of {}.",
                         curve.knows_all_sizes ? "" : "At most ", room_words(set_, *most->size), curve.policy,
                         format_share(0.9 * set_.ceiling_ratio()), format_share(set_.ceiling_ratio()));
    } else {
      text = fmt::format("None of these sizes reaches 90 % of what an unlimited one could with {}.", curve.policy);
    }
    if (curve.knee && set_.ceiling.hits > 0) {
      text += fmt::format(" The knee is at {}: {}; more room brings less than average from there on.",
                          room_words(set_, curve.knee->size), format_share(curve.knee->hit_ratio));
    }
    return text;
  }

  std::string ceiling() const {
    return fmt::format(
        "{} with unlimited size{}. {} hold everything that is ever stored.", format_share(set_.ceiling_ratio()),
        misses_words(set_).empty() ? "" : " (" + misses_words(set_) + ")", room_words(set_, set_.footprint()));
  }

  std::vector<uint64_t> sizes() const {
    std::set<uint64_t> sizes;
    for (const PolicyCurve& curve : set_.curves) {
      for (const CurvePoint& point : curve.points) sizes.insert(point.size);
    }
    return {sizes.begin(), sizes.end()};
  }

  // Bars are shares of all reads: a full one would be every read.
  Section chart() const {
    Section section{.title = "Hit ratio", .grid = {{{.head = {has_bytes(set_) ? "size" : "entries"}}}, {}}};
    section.grid.columns.push_back({.head = {"of all"}, .expendable = 1});
    const bool is_drawn = set_.curves.size() <= kDrawnCurves;
    for (const PolicyCurve& curve : set_.curves) {
      section.grid.columns.push_back({.head = {curve.policy}});
      if (is_drawn) section.grid.columns.push_back({.head = {""}, .expendable = 2, .starts_left = true});
    }
    for (const uint64_t size : sizes()) {
      std::vector<Cell> row{
          room_cell(set_, size),
          number_cell(static_cast<double>(size) / static_cast<double>(set_.footprint()), CellUnit::share)};
      for (const PolicyCurve& curve : set_.curves) {
        const CurvePoint* const point = point_at(curve, size);
        row.push_back(point == nullptr ? nothing_cell() : number_cell(point->hit_ratio, CellUnit::share));
        if (is_drawn) row.push_back(number_cell(point == nullptr ? 0 : point->hit_ratio, CellUnit::blocks));
      }
      section.grid.rows.push_back(std::move(row));
    }
    section.names_hidden_columns = true;
    return section;
  }

  Section reach() const {
    Section section{.title = "Smallest size for a share of what is reachable",
                    .grid = {{{.head = {"policy"}}, {.head = {"knee"}}}, {}}};
    for (const CurveReach& reach : set_.curves.front().reach) {
      section.grid.columns.push_back({.head = {format_share(reach.share)}});
    }
    bool is_any_of_points = false;
    for (const PolicyCurve& curve : set_.curves) {
      std::vector<Cell> row{text_cell(curve.policy), curve.knee ? room_cell(set_, curve.knee->size) : nothing_cell()};
      for (const CurveReach& reach : curve.reach) {
        row.push_back(reach.size ? room_cell(set_, *reach.size) : nothing_cell());
      }
      is_any_of_points = is_any_of_points || !curve.knows_all_sizes;
      section.grid.rows.push_back(std::move(row));
    }
    if (is_any_of_points) section.below = below();
    return section;
  }

  std::string below() const {
    std::string names;
    for (const PolicyCurve& curve : set_.curves) {
      if (!curve.knows_all_sizes) add_part(names, curve.policy);
    }
    return fmt::format("Of {} these are sizes of the table above: a smaller one in between may do.", names);
  }

  Section byte_ratios() const {
    Section section{.title = "Byte hit ratio: bytes of hits by bytes of reads",
                    .grid = {{{.head = {has_bytes(set_) ? "size" : "entries"}}}, {}}};
    if (!set_.has_sizes() || set_.equal_sizes) return section;
    for (const PolicyCurve& curve : set_.curves) section.grid.columns.push_back({.head = {curve.policy}});
    for (const uint64_t size : sizes()) {
      std::vector<Cell> row{room_cell(set_, size)};
      for (const PolicyCurve& curve : set_.curves) {
        const CurvePoint* const point = point_at(curve, size);
        row.push_back(point == nullptr ? nothing_cell() : number_cell(point->byte_hit_ratio, CellUnit::share));
      }
      section.grid.rows.push_back(std::move(row));
    }
    return section;
  }

  std::vector<Finding> findings() const {
    std::vector<Finding> all;
    const auto say = [&](const char* id, const std::string& text) {
      all.push_back({.id = id, .word = "", .text = text});
    };
    const TraceCounts& counts = set_.counts;
    if (set_.sample) {
      say("sampled", fmt::format("Estimated from {} samples of {} of the keys, {} each: off by up to {:.2f} points "
                                 "(95 %) in the hit ratio.",
                                 set_.sample->samples, format_share(set_.sample->rate),
                                 counted(set_.sample->keys, "key"), 100 * set_.sample->error));
    }
    if (set_.unknown_sizes > 0 && has_bytes(set_)) {
      say("unknown-sizes", fmt::format("Of {} the trace never says how large the value is: they are taken to be as "
                                       "large as the others on average.",
                                       counted(set_.unknown_sizes, "key")));
    }
    if (has_bytes(set_) && has_other_than_twins()) {
      say("no-overhead", fmt::format("Sizes{} are of key and value; a server needs more for each entry.",
                                     has_twins() ? " of policies that are no twin" : ""));
    }
    if (has_bytes(set_) && has_twins()) {
      say("twins-overhead", "Sizes of twins are what the server is given (maxmemory, -m), its overhead included.");
    }
    if (counts.malformed > 0) say("malformed", fmt::format("{} could not be read.", counted(counts.malformed, "line")));
    if (counts.lost > 0) say("lost", fmt::format("The recording has lost {}.", counted(counts.lost, "request")));
    for (const auto& [reason, count] : counts.left_out) {
      say("left-out", fmt::format("{} left out: {}.", counted(count, "line"), reason));
    }
    if (set_.ttl && set_.whole_seconds && *set_.ttl < std::chrono::seconds(10)) {
      say("coarse-times", "The trace has whole seconds, so with a TTL this short entries end up to a second off.");
    }
    return all;
  }

  std::string trace_words() const {
    return fmt::format("{} ({}): {}, {} of them reads, of {}", report_.trace, set_.format,
                       counted(set_.requests, "request"), format_count(static_cast<double>(set_.ceiling.reads)),
                       counted(set_.keys, "key"));
  }

  std::string method_words() const {
    std::string words;
    for (const PolicyCurve& curve : set_.curves) add_part(words, curve.policy + " " + how(curve.method), "; ");
    if (has_twins()) {
      words += set_.rate ? fmt::format("; twins of servers get {} requests/s", format_count(*set_.rate))
                         : "; twins of servers get the requests at the trace's own times";
    }
    if (set_.ttl) words += fmt::format("; TTL {} from the fill on", format_duration(*set_.ttl));
    if (set_.trace_ttl) words += "; entries end when the trace's own sets say so";
    return words;
  }

  static bool is_twin(const PolicyCurve& curve) { return curve.method == CurveMethod::twin; }
  bool has_twins() const { return std::any_of(set_.curves.begin(), set_.curves.end(), is_twin); }
  bool has_other_than_twins() const { return !std::all_of(set_.curves.begin(), set_.curves.end(), is_twin); }

  static const char* how(CurveMethod method) {
    switch (method) {
      case CurveMethod::all_sizes:
        return "in one pass for all sizes";
      case CurveMethod::simulated:
        return "simulated size by size";
      case CurveMethod::bound:
        return "is a bound that knows the future";
      case CurveMethod::twin:
        return "modeled size by size";
      case CurveMethod::asked:
        break;
    }
    return "as the program answered";
  }

  const CurveReport& report_;
  const CurveSet& set_;
  Page page_{.kind = "hitbench:curve", .blocks = {}};
};

}  // namespace

Page page_of(const CurveReport& report) { return CurvePage(report).build(); }

std::string report_curve_csv(const CurveReport& report) {
  std::string text = "policy,unit,size,hits,hit_ratio,byte_hit_ratio,error\r\n";
  for (const PolicyCurve& curve : report.set.curves) {
    for (const CurvePoint& point : curve.points) {
      CsvLine line;
      line.add(curve.policy).add(std::string(has_bytes(report.set) ? "bytes" : "entries"));
      line.add(point.size).add(point.hits).add(point.hit_ratio).add(point.byte_hit_ratio).add(point.error);
      text += line.end();
    }
  }
  return text;
}

}  // namespace hitbench
