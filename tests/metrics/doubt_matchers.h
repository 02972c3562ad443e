// What tests check of a reason or a warning: its id, and the figures and names in its sentence. The words are those of
// tests/report/golden.
#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "metrics/doubt.h"

namespace hitbench {

inline void PrintTo(const Doubt& doubt, std::ostream* out) { *out << doubt.id << ": " << doubt.text; }

inline testing::Matcher<const Doubt&> doubt(DoubtId id, const testing::Matcher<const std::string&>& text = testing::_) {
  return testing::AllOf(testing::Field("id", &Doubt::id, std::string(id.text)),
                        testing::Field("text", &Doubt::text, text));
}

}  // namespace hitbench
