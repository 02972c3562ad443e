#include "workload/key_text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"

namespace hitbench {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

// "000102...99": two decimal digits at a time, which halves the divisions.
constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Inserted and never-repeating absent keys count up during the run: room for this many (at a million per second, 19
// hours).
constexpr uint64_t kRoomToGrow = uint64_t{1} << 36;

// Enough digits for this many ids?
bool suffices(uint64_t base, size_t digits, uint64_t ids) {
  uint64_t largest = ids - 1;
  while (digits-- > 0 && largest > 0) largest /= base;
  return largest == 0;
}

uint64_t most_ids(const WorkloadSpec& spec, uint64_t own_keys) {
  const uint64_t present = (own_keys > 0 ? own_keys : spec.key_count) + (spec.mix.insert > 0 ? kInsertable : 0);
  uint64_t absent = spec.absent.share > 0 ? spec.absent.keys : 0;
  if (spec.absent.share > 0 && spec.absent.unique) absent = kRoomToGrow;
  return std::max<uint64_t>({present, absent, 1});
}

}  // namespace

KeyText::KeyText(const WorkloadSpec& spec, const KeyDistribution& keys)
    : keys_(keys), own_keys_(keys.own_keys()), bytes_(static_cast<size_t>(spec.key_bytes)) {
  const uint64_t ids = most_ids(spec, own_keys_);
  decimal_ = suffices(10, bytes_ - 1, ids);
  if (!suffices(64, bytes_ - 1, ids)) {
    size_t needed = bytes_;
    while (!suffices(64, needed - 1, ids)) ++needed;
    throw usage_error(
        "workload.key_bytes: " + std::to_string(bytes_) + " bytes cannot tell " + std::to_string(ids) + " keys apart",
        "use at least " + std::to_string(needed));
  }
  choose_prefixes(keys);
}

// Made texts must differ from every text of a trace: no key of the trace has their length and first byte.
void KeyText::choose_prefixes(const KeyDistribution& keys) {
  if (own_keys_ == 0) return;
  std::array<bool, 256> taken{};
  for (uint64_t key = 0; key < own_keys_; ++key) {
    const std::string_view text = keys.own_text(key);
    if (text.size() == bytes_) taken[static_cast<unsigned char>(text.front())] = true;
  }
  std::string free;
  for (const char c : std::string("kn") + std::string(kDigits) + "!#$%&*+,./:;<=>?@^|~") {
    const bool chosen = free.find(c) != std::string::npos;
    if (!taken[static_cast<unsigned char>(c)] && !chosen) free += c;
  }
  if (free.size() < 2) {
    throw usage_error("workload.key_bytes: the trace has keys of this length with every first byte",
                      "choose a length that no key of the trace has");
  }
  present_ = free[0];
  absent_ = free[1];
}

void KeyText::write(uint64_t id, std::string& out) const {
  if (id < own_keys_) {
    out = keys_.own_text(id);
    return;
  }
  const bool absent = id >= kFirstAbsentKey;
  uint64_t left = absent ? id - kFirstAbsentKey : id;
  out.assign(bytes_, '0');
  char* const first = out.data();
  char* at = first + bytes_;
  if (decimal_) {
    for (; left >= 10; left /= 100) std::memcpy(at -= 2, &kPairs[2 * (left % 100)], 2);
    if (left > 0) *--at = static_cast<char>('0' + left);
  } else {
    for (; left > 0; left /= 64) *--at = kDigits[left % 64];
  }
  *first = absent ? absent_ : present_;
}

}  // namespace hitbench
