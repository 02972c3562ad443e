// The makers of key distributions, value sizes, durations and arrivals, and the fields that each understands: for
// registry.cc and tests only. They throw Error{usage} where parameters contradict each other or a file is wrong.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/part.h"
#include "workload/workload.h"

namespace hitbench {

struct TraceRow;

std::unique_ptr<KeyDistribution> make_uniform_keys(const Params& params, uint64_t count, const Registry& registry);
std::unique_ptr<KeyDistribution> make_zipf_keys(const Params& params, uint64_t count, const Registry& registry);
std::unique_ptr<KeyDistribution> make_hotspot_keys(const Params& params, uint64_t count, const Registry& registry);
std::unique_ptr<KeyDistribution> make_normal_keys(const Params& params, uint64_t count, const Registry& registry);
std::unique_ptr<KeyDistribution> make_sequential_keys(const Params& params, uint64_t count, const Registry& registry);
std::unique_ptr<KeyDistribution> make_latest_keys(const Params& params, uint64_t count, const Registry& registry);
// As many keys as its trace has, whatever `count`.
std::unique_ptr<KeyDistribution> make_trace_keys(const Params& params, uint64_t count, const Registry& registry);

std::vector<Field> uniform_keys_fields();
std::vector<Field> zipf_keys_fields();
std::vector<Field> hotspot_keys_fields();
std::vector<Field> normal_keys_fields();
std::vector<Field> sequential_keys_fields();
std::vector<Field> latest_keys_fields();
std::vector<Field> trace_keys_fields(const std::vector<TraceRow>& formats);

std::unique_ptr<ValueSizes> make_fixed_values(const Params& params);
std::unique_ptr<ValueSizes> make_uniform_values(const Params& params);
std::unique_ptr<ValueSizes> make_lognormal_values(const Params& params);
std::unique_ptr<ValueSizes> make_etc_values(const Params& params);
std::unique_ptr<ValueSizes> make_list_values(const Params& params);

std::vector<Field> fixed_values_fields();
std::vector<Field> uniform_values_fields();
std::vector<Field> lognormal_values_fields();
std::vector<Field> etc_values_fields();
std::vector<Field> list_values_fields();

std::unique_ptr<DurationDistribution> make_fixed_latency(const Params& params);
std::unique_ptr<DurationDistribution> make_exponential_latency(const Params& params);
std::unique_ptr<DurationDistribution> make_lognormal_latency(const Params& params);
std::unique_ptr<DurationDistribution> make_empirical_latency(const Params& params);

std::vector<Field> fixed_latency_fields();
std::vector<Field> exponential_latency_fields();
std::vector<Field> lognormal_latency_fields();
std::vector<Field> empirical_latency_fields();

std::unique_ptr<Arrivals> make_closed_arrivals(const Params& params, const ProcessPlace& place,
                                               const Registry& registry);
std::unique_ptr<Arrivals> make_open_arrivals(const Params& params, const ProcessPlace& place, const Registry& registry);
std::unique_ptr<Arrivals> make_barrier_arrivals(const Params& params, const ProcessPlace& place,
                                                const Registry& registry);

// The fields of both are those of `workload.trace`.
std::unique_ptr<KeyDistribution> make_recorded_keys(const Params& params, uint64_t count, const Registry& registry);
std::unique_ptr<Arrivals> make_recorded_arrivals(const Params& params, const ProcessPlace& place,
                                                 const Registry& registry);
std::vector<Field> recorded_fields(const std::vector<TraceRow>& formats);

std::vector<Field> closed_arrivals_fields();
std::vector<Field> open_arrivals_fields();
std::vector<Field> barrier_arrivals_fields();

}  // namespace hitbench
