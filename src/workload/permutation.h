// The numbers below `count`, each once, in an order that the seed alone decides; nothing is stored, so that there may
// be 10^9 of them. A Feistel network over the next power of four, walked along its cycle until it is back below
// `count` (J. Black and P. Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, section 3).
#pragma once

#include <cstdint>

namespace hitbench {

class Permutation {
 public:
  Permutation(uint64_t seed, uint64_t count);

  // What comes at `place`, which is below `count`.
  uint64_t operator()(uint64_t place) const;

 private:
  uint64_t shuffle(uint64_t number) const;

  const uint64_t seed_;
  const uint64_t count_;
  const int half_bits_;  // of both halves together the least power of four that is not below `count`
};

}  // namespace hitbench
