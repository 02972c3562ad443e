#include "gate/control.h"

#include <chrono>
#include <vector>

#include "base/rng.h"
#include "base/time.h"
#include "stats/hodges_lehmann.h"

namespace hitbench {
namespace {

constexpr Duration kPiece = std::chrono::milliseconds(4);
constexpr int kPieces = 5;

// A chain of dependent multiplications: the compiler can neither shorten nor drop it.
Duration time_of(uint64_t steps) {
  const auto begin = std::chrono::steady_clock::now();
  uint64_t x = steps;
  for (uint64_t i = 0; i < steps; ++i) x = mix64(x);
  volatile uint64_t result = x;
  static_cast<void>(result);
  return std::chrono::steady_clock::now() - begin;
}

}  // namespace

ControlWork::ControlWork() {
  Duration took = time_of(steps_);
  while (took < kPiece / 2) took = time_of(steps_ *= 2);
  steps_ =
      static_cast<uint64_t>(static_cast<double>(steps_) * (kPiece / std::chrono::duration<double, std::nano>(took)));
}

double ControlWork::piece_ns() const {
  std::vector<double> pieces;
  for (int i = 0; i < kPieces; ++i) pieces.push_back(static_cast<double>(time_of(steps_).count()));
  return median(std::move(pieces));
}

}  // namespace hitbench
