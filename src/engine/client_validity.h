// What a row's figures are worth, as far as our own clients and this machine decide: parts of judge()
// (engine/validity.h).
#pragma once

#include "engine/validity.h"

namespace hitbench {

// Whether an open loop kept the rate at which its operations were due.
void judge_rate(const Evidence& evidence, RunResult& result);

// In real time: the clients' CPU time, and how late they were through no fault of the system under test.
void judge_client(const Evidence& evidence, RunResult& result);

}  // namespace hitbench
