// Random numbers that are equal on every machine: xoshiro256++ 1.0 (Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", 2019), seeded through splitmix64 as its authors advise.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace hitbench {

// The finalizer of splitmix64 (Steele, Lea and Flood, 2014): a bijection that spreads every bit.
constexpr uint64_t mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

class Rng {
 public:
  // Streams of different (seed, process, stream) are independent: the three are hashed into one starting point.
  explicit Rng(uint64_t seed, uint64_t process = 0, uint64_t stream = 0) {
    uint64_t x = mix64(mix64(mix64(seed) ^ process) ^ stream);
    for (uint64_t& word : state_) word = x = mix64(x);
  }

  uint64_t next() {
    const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  // Uniform in (0, 1]: safe to take a logarithm of.
  double uniform_positive() { return static_cast<double>((next() >> 11) + 1) * 0x1p-53; }

  // Uniform in [0, bound), without bias worth measuring: multiply-shift (Lemire 2019) without its rejection; the
  // error is below bound / 2^64. `bound` > 0.
  uint64_t below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
  }

 private:
  std::array<uint64_t, 4> state_;
};

}  // namespace hitbench
