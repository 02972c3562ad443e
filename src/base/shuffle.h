// A random order, equal on every machine.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/rng.h"

namespace hitbench {

// Fisher and Yates.
template <class Item>
void shuffle(std::vector<Item>& items, Rng rng) {
  for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[rng.below(i)]);
}

}  // namespace hitbench
