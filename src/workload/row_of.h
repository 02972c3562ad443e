// The registry row of a part. The scenario reader has checked that there is one.
#pragma once

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "registry.h"

namespace hitbench {

template <class Row>
const Row& row_of(const std::vector<Row>& rows, const Part& part) {
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == part.type; });
  CHECK(at != rows.end());
  return *at;
}

}  // namespace hitbench
