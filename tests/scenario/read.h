// Short ways to read a scenario in a test, and to see what the reader says about a bad one.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "scenario/scenario.h"
#include "tests/scenario/fake_registry.h"

namespace hitbench {

using Sets = std::vector<std::string>;

inline std::vector<Scenario> read_all(const std::string& text, const Sets& sets = {}) {
  const Registry registry = fake_registry();
  return read_scenario(text, "test.json", {.sets = sets}, registry);
}

inline Scenario read_one(const std::string& text, const Sets& sets = {}) { return read_all(text, sets).at(0); }

// The message and remedy of the usage error that reading ends in; "read without an error" if it does not.
inline std::string fault_of(const std::string& text, const Sets& sets = {}) {
  try {
    read_all(text, sets);
  } catch (const Error& error) {
    if (error.cause() != Error::Cause::usage) return "not a usage error";
    return error.what() + (error.remedy().empty() ? std::string() : " -- " + error.remedy());
  }
  return "read without an error";
}

}  // namespace hitbench
