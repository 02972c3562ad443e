// The JSON in a page, as much of it as there is room for: what is large and needed least is left out first, and the
// result says so in `left_out`.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "judge/verdict.h"
#include "report/report.h"

namespace hitbench::html {

struct AttachedData {
  std::string base64;                 // of the JSON, compressed with gzip
  std::vector<std::string> left_out;  // in words: "the series of seconds"
};

// With at most so many characters of base64, if anything that can be left out helps.
using AttachData = std::function<AttachedData(size_t most)>;

// What they refer to must outlive the function.
AttachData data_of(const Result& result, const ReportStyle& style);
AttachData data_of(const Verdict& verdict, const ReportStyle& style);
AttachData data_of(const std::string& json);  // always all of it

}  // namespace hitbench::html
