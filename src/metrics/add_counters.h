// Adds up the counters of several processes in a part of a result that consists of counters only, field by field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "metrics/result_fields.h"

namespace hitbench {

// The counters that visit() lists, in its order.
template <class Counter>
class CounterList {
 public:
  void operator()(const char*, Counter& counter) { counters_.push_back(&counter); }
  const std::vector<Counter*>& counters() const { return counters_; }

 private:
  std::vector<Counter*> counters_;
};

// What neither has counted stays null; what one of them has counted is not.
template <class Part>
void add_counters(Part& to, const Part& more) {
  CounterList<Maybe<uint64_t>> sums;
  CounterList<const Maybe<uint64_t>> added;
  visit(sums, to);
  visit(added, more);
  for (size_t i = 0; i < sums.counters().size(); ++i) {
    Maybe<uint64_t>& sum = *sums.counters()[i];
    if (const Maybe<uint64_t>& addend = *added.counters()[i]) sum = sum.value_or(0) + *addend;
  }
}

}  // namespace hitbench
