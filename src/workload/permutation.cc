#include "workload/permutation.h"

#include <bit>

#include "base/check.h"
#include "base/rng.h"

namespace hitbench {
namespace {

// Four rounds of a random function look random to whoever may also ask for the inverse (M. Luby and C. Rackoff, 1988).
constexpr uint64_t kRounds = 4;

}  // namespace

Permutation::Permutation(uint64_t seed, uint64_t count)
    : seed_(mix64(seed)),
      count_(count),
      half_bits_(static_cast<int>((std::bit_width(count - (count > 0 ? 1 : 0)) + 1) / 2)) {}

uint64_t Permutation::operator()(uint64_t place) const {
  CHECK(place < count_);
  uint64_t number = shuffle(place);
  while (number >= count_) number = shuffle(number);  // fewer than four times in the mean
  return number;
}

uint64_t Permutation::shuffle(uint64_t number) const {
  const uint64_t mask = (uint64_t{1} << half_bits_) - 1;
  uint64_t left = number >> half_bits_, right = number & mask;
  for (uint64_t round = 0; round < kRounds; ++round) {
    const uint64_t next = left ^ (mix64(seed_ ^ mix64(right ^ round << 60)) & mask);
    left = right;
    right = next;
  }
  return left << half_bits_ | right;
}

}  // namespace hitbench
