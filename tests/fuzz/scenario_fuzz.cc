// Scenario files as strangers write them: each is read, or refused with Error{usage} that says what and where.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "registry.h"
#include "scenario/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    for (const hitbench::Scenario& scenario : hitbench::read_scenario(text, "fuzz.json", {}, hitbench::registry())) {
      CHECK(!scenario.json.empty());
    }
  } catch (const hitbench::Error& error) {
    CHECK(error.cause() == hitbench::Error::Cause::usage);
    CHECK(std::string(error.what()).find("fuzz.json") != std::string::npos);
  }
  return 0;
}
