// What the line about a workload says of a recorded trace, and of how long entries live: with a trace this may be of
// each key.
#pragma once

#include <string>

#include "report/document.h"

namespace hitbench {

// "access.log (nginx): 12,345 requests to 3,456 keys, at its own pace". Of the whole scenario, as are the other words.
std::string trace_words(const Document& scenario);

// "10 % of the keys (by hash), cache sizes scaled alike: ..."; empty where it is all of them.
std::string sample_words(const Document& scenario);

// "TTL 1min", "TTLs as recorded for 2 of 3 keys, else TTL 1min". Empty where the strategies do not agree.
std::string lifetime_words(const Document& scenario);

}  // namespace hitbench
