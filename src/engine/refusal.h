// How parts of judge() (engine/validity.h) call a row invalid.
#pragma once

#include <string>
#include <utility>

#include "metrics/result.h"

namespace hitbench {

inline void refuse(Validity& validity, DoubtId id, std::string reason) {
  validity.valid = false;
  validity.only_failures = false;
  validity.reasons.push_back({id, std::move(reason)});
}

// Of such a row its failures can still be judged.
inline void refuse_for_failures(Validity& validity, DoubtId id, std::string reason) {
  const bool only = validity.valid || validity.only_failures;
  refuse(validity, id, std::move(reason));
  validity.only_failures = only;
}

}  // namespace hitbench
