// Which of a row's failures its scenario asks for: those of a fault, and those that its origin's `errors` makes. All
// others are the row's own, and too many of them leave nothing to judge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fault.h"
#include "metrics/recorder.h"
#include "metrics/result.h"
#include "scenario/scenario.h"

namespace hitbench {

// A fault answers for every failure from its second on until it is over, `patience` longer (an operation that began at
// its last moment), and then until hits are back: the first of three seconds in a row, or of all that remain, with nine
// tenths of the hits a read that there were before the first fault (where nothing hit: of the answers per operation).
// Where no whole second lies before the first fault nobody knows what they were, and it answers until the end.
uint64_t failures_as_asked(const std::vector<Second>& series, const std::vector<Fault>& faults, Duration patience);

// Fills result.failed_as_asked.
void count_asked_failures(const Scenario& scenario, const Recorder& recorder, RunResult& result);

// Why a row of which that many failed beyond what was asked for is invalid; empty where it is not. Times are of
// answers, and who got none waited in vain.
std::string why_too_many_failed(const RunResult& result);

}  // namespace hitbench
