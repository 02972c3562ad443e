// From a trace's operations to a workload's.
#pragma once

#include "workload/trace/compact.h"
#include "workload/workload.h"

namespace hitbench {

// What a workload does for it; a fill is an insert.
constexpr Action action_of(TraceOperation operation) {
  switch (operation) {
    case TraceOperation::write:
      return Action::write;
    case TraceOperation::erase:
      return Action::erase;
    case TraceOperation::modify:
      return Action::modify;
    case TraceOperation::fill:
      return Action::insert;
    case TraceOperation::read:
      break;
  }
  return Action::read;
}

}  // namespace hitbench
