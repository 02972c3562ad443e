// What tests check of a finding: its id, and the rows, figures and names in its sentence. The words are those of
// tests/report/golden.
#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "report/sections.h"

namespace hitbench {

inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << finding.id << ": " << finding.word << "  " << finding.text;
}

// `rows`: the names that its text begins with.
inline testing::Matcher<const Finding&> finding(const std::string& id, const std::string& rows,
                                                const testing::Matcher<const std::string&>& text = testing::_) {
  return testing::AllOf(testing::Field("id", &Finding::id, id),
                        testing::Field("text", &Finding::text, testing::AllOf(testing::StartsWith(rows), text)));
}

}  // namespace hitbench
