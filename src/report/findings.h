// What a result says in sentences: which row is fastest and how sure that is, whether a cache pays, what to mistrust,
// how it was measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/sections.h"

namespace hitbench {

// Whether the origin carries the load without a cache, and what was assumed; empty without a row without a cache.
// All three say nothing of rows that were searched: each was measured at a rate of its own.
std::vector<Finding> need_of(const Result& result, const Group& group);

std::vector<Finding> fastest_of(const Group& group, const std::vector<MeasuredRow>& all);
// Why a row's reads cannot be held against those of the row without a cache; empty if they can.
std::string why_not_compared(const MeasuredRow& row, const MeasuredRow& baseline);
std::vector<Finding> worth_of(const Group& group, const std::vector<MeasuredRow>& all);

// Rows that did not run, those that are invalid, and warnings, in this order; of each kind the most serious first
// (metrics/doubt.h). Equal messages of several rows are told once, with at most `most_names` of the rows and how many
// there are beyond them.
std::vector<Finding> doubts_of(const std::vector<const RunResult*>& runs, size_t most_names = SIZE_MAX);

// The answer of a scenario that words none itself, the groups' in their order: is a cache worth it, which, what does it
// cost. Points of a sweep that end alike are told once.
std::vector<Finding> conclusions_of(const std::vector<Group>& groups, const std::vector<MeasuredRow>& all);

// What became of the thresholds: "met", "MISSED" or "not determined".
std::vector<Finding> thresholds_of(const Result& result, const ReportStyle& style);

// `whole`: with the metrics of both sides, not only their figures.
std::vector<Finding> claims_of(const Result& result, bool whole);

// The hit ratio from which a cache pays: h* = (g + s) / (O + s), where a hit costs g, a miss costs g + load + s, and a
// read without a cache costs O. Derivation: h g + (1 - h)(g + O + s) < O.
Maybe<double> break_even(const Costs& costs, double read_without_cache_ns);

// What loads and stores waited for the origin in all, in ns; empty where that is not known.
Maybe<double> origin_wait_ns(const OriginLoad& load);
// The mean of it, those that did not wait included; empty where there were none, too.
Maybe<double> mean_origin_wait_ns(const OriginLoad& load);

// That loads wait longer for the origin than it takes to answer: the row with the longest queue, and how many others.
std::vector<Finding> queued_at_origin(const std::vector<const RunResult*>& runs);

// What the rows of a group that was searched carry, without a cache and with one; else empty.
std::vector<Finding> carried_of(const Result& result, const Group& group);

// What a search for the highest load has found.
Finding load_finding(const FindMaxResult& found);

std::string workload_words(const Result& result);     // "zipf 0.99 over 100,000 keys, 95 % reads, ..."
std::string environment_words(const Result& result);  // "hitbench 0.1.0, Some CPU, 2 cores, Linux 6.1"
std::string method_words(const std::vector<const RunResult*>& runs);

}  // namespace hitbench
