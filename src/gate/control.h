// A fixed piece of work that has nothing to do with what is compared: the same instructions before and after every slot
// say how fast the machine was at that time.
#pragma once

#include <cstdint>

namespace hitbench {

class ControlWork {
 public:
  ControlWork();  // finds out how much work takes about kPiece; a few milliseconds

  // How long a piece takes now: the median of five, 20 ms in all, so that a single interruption does not show.
  double piece_ns() const;

 private:
  uint64_t steps_ = 1;
};

}  // namespace hitbench
