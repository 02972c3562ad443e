// Checksum and hash of byte strings, equal on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace hitbench {

// CRC-32C (Castagnoli; RFC 3720, B.4): what a stored value carries so that a damaged one is noticed. The result of
// one part as the `seed` of the next gives the checksum of both together. By the CPU's instruction (SSE4.2) where
// there is one.
uint32_t crc32c(std::string_view bytes, uint32_t seed = 0);

// The same by tables alone; for machines without the instruction, and for tests.
uint32_t crc32c_by_table(std::string_view bytes, uint32_t seed = 0);

// A fast 64-bit hash with all bits usable, for hash tables in this process. Not for anybody who chooses keys to
// collide.
uint64_t hash_bytes(std::string_view bytes);

}  // namespace hitbench
