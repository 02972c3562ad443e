#include "curve/curve_json.h"

#include <nlohmann/json.hpp>

namespace hitbench {
namespace {

using CurveDocument = nlohmann::ordered_json;

template <class T>
CurveDocument or_null(const std::optional<T>& value) {
  return value ? CurveDocument(*value) : CurveDocument();
}

const char* unit_word(const CurveSet& set) { return set.unit == SizeUnit::bytes ? "bytes" : "entries"; }

CurveDocument ttl_of(const CurveSet& set) { return set.ttl ? CurveDocument(set.ttl->count()) : CurveDocument(); }

CurveDocument point_json(const CurvePoint& point, const CurveSet& set) {
  return {{"size", point.size},
          {"unit", unit_word(set)},
          {"hits", point.hits},
          {"hit_ratio", point.hit_ratio},
          {"byte_hit_ratio", or_null(point.byte_hit_ratio)},
          {"error", or_null(point.error)}};
}

CurveDocument one_curve(const PolicyCurve& curve, const CurveSet& set) {
  CurveDocument points = CurveDocument::array(), reach = CurveDocument::array();
  for (const CurvePoint& point : curve.points) points.push_back(point_json(point, set));
  for (const CurveReach& one : curve.reach) reach.push_back({{"share", one.share}, {"size", or_null(one.size)}});
  return {{"policy", curve.policy},
          {"ttl_ns", ttl_of(set)},
          {"method", method_name(curve.method)},
          {"all_sizes_known", curve.knows_all_sizes},
          {"points", points},
          {"knee", curve.knee ? point_json(*curve.knee, set) : CurveDocument()},
          {"reach", reach}};
}

CurveDocument ceiling_json(const CurveSet& set) {
  const Ceiling& ceiling = set.ceiling;
  return {{"hits", ceiling.hits},         {"hit_ratio", set.ceiling_ratio()},
          {"first_reads", ceiling.first}, {"invalidated", ceiling.invalidated},
          {"expired", ceiling.expired},   {"absent", ceiling.absent},
          {"entries", ceiling.entries},   {"bytes", set.has_sizes() ? CurveDocument(ceiling.bytes) : CurveDocument()}};
}

CurveDocument sample_json(const CurveSet& set) {
  if (!set.sample) return {};
  return {{"keys", set.sample->keys},
          {"rate", set.sample->rate},
          {"samples", set.sample->samples},
          {"error", set.sample->error}};
}

}  // namespace

std::string method_name(CurveMethod method) {
  switch (method) {
    case CurveMethod::all_sizes:
      return "all-sizes";
    case CurveMethod::simulated:
      return "simulated";
    case CurveMethod::bound:
      return "bound";
    case CurveMethod::twin:
      return "twin";
    case CurveMethod::asked:
      break;
  }
  return "program";
}

std::string curve_json(const CurveSet& set, const std::string& trace, const std::string& version) {
  CurveDocument document = {{"schema", "hitbench.curve/1"},
                            {"hitbench", version},
                            {"trace", trace},
                            {"trace_format", set.format},
                            {"requests", set.requests},
                            {"reads", set.ceiling.reads},
                            {"keys", set.keys},
                            {"left_out", set.counts.left_out_in_all()},
                            {"malformed", set.counts.malformed},
                            {"lost", set.counts.lost},
                            {"unit", unit_word(set)},
                            {"ttl_ns", ttl_of(set)},
                            {"ttl_of_trace", set.trace_ttl},
                            {"twins_rate", or_null(set.rate)},
                            {"equal_sizes", set.equal_sizes},
                            {"unknown_sizes", set.unknown_sizes},
                            {"sample", sample_json(set)},
                            {"ceiling", ceiling_json(set)},
                            {"curves", CurveDocument::array()}};
  for (const PolicyCurve& curve : set.curves) document["curves"].push_back(one_curve(curve, set));
  return document.dump(2, ' ', false, CurveDocument::error_handler_t::replace) + "\n";
}

}  // namespace hitbench
