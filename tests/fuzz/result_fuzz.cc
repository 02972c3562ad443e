// Saved results and verdicts as strangers hand them over: each is read, printed in every format and compared, or
// refused with Error{usage} that says what and where.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "judge/compare.h"
#include "judge/verdict.h"
#include "metrics/result.h"
#include "registry.h"
#include "report/report.h"

namespace {

using hitbench::Error;

// A report may refuse what a result claims (an answer about a row that it lacks), in a sentence.
template <class Use>
void use(Use use_it) {
  try {
    use_it();
  } catch (const Error& error) {
    CHECK(error.cause() == Error::Cause::usage);
  }
}

void use_result(const hitbench::Result& result) {
  const std::string written = hitbench::result_to_json(result);
  CHECK(hitbench::result_to_json(hitbench::result_from_json(written, "again")) == written);
  for (const hitbench::ReportRow& row : hitbench::registry().reports) {
    if (row.print != nullptr) use([&] { row.print(result, {}); });
    if (row.print_both != nullptr) use([&] { row.print_both({"a", result}, {"b", result}, {}); });
  }
  for (const bool force : {false, true}) {
    use([&] { hitbench::compare_results(result, result, {.base = "a", .candidate = "b", .force = force}); });
  }
}

void use_verdict(const hitbench::Verdict& verdict) {
  for (const hitbench::ReportRow& row : hitbench::registry().reports) {
    if (row.print_verdict != nullptr) use([&] { row.print_verdict(verdict, {}); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    if (hitbench::is_verdict(text)) {
      use_verdict(hitbench::verdict_from_json(text, "fuzz.json"));
    } else {
      use_result(hitbench::result_from_json(text, "fuzz.json"));
    }
  } catch (const Error& error) {
    CHECK(error.cause() == Error::Cause::usage);
    CHECK(std::string(error.what()).find("fuzz.json") != std::string::npos);
  }
  return 0;
}
