// A recorded trace as a workload: its requests in their order, at its own times or as fast as the clients answer.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/key_ttls.h"
#include "base/part.h"
#include "workload/trace/compact.h"
#include "workload/workload.h"

namespace hitbench {

// The trace that the fields of `workload.trace` name. Read once a process, and kept: a run asks for it again and again,
// and its application processes share what was read before they were forked. Throws Error{usage}.
std::shared_ptr<const CompactTrace> recorded_trace(const Params& params, const Registry& registry);

// Of its keys the last TTL that it tells, at the pace asked for: ten times as fast, entries end ten times as early.
// Null where it tells none.
std::shared_ptr<const KeyTtls> recorded_ttls(const Params& params, const Registry& registry);

// What one application process gets of it.
struct RecordedSchedule {
  std::vector<uint32_t> requests;  // their places in the trace
  std::vector<int64_t> due_ns;     // since the trace's start, at the pace asked for; empty without times
};

// Each request goes to a process drawn by (seed, its place): by key, in-process caches would act as one large one.
// Fills are left out, for the strategy fills by itself. Requests of one second of a trace that has only whole seconds
// are spread over it, drawn by (seed, second), in their order.
std::shared_ptr<const RecordedSchedule> recorded_schedule(const Params& params, const ProcessPlace& place,
                                                          const Registry& registry);

std::unique_ptr<Workload> make_recorded_workload(const WorkloadSpec& spec, const ProcessPlace& place,
                                                 const Registry& registry);

// Operations of a run, from a trace's requests.
Mix recorded_mix(const CompactTrace& trace);

}  // namespace hitbench
