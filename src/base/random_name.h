// Names and secrets that nobody else has or can guess. Not for workloads: those draw from the Rng that they are handed.
#pragma once

#include <string>

namespace hitbench {

// 26 letters and digits from the kernel's generator: 130 bits. Throws Error{environment} where it gives none.
std::string random_name();

}  // namespace hitbench
