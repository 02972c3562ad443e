#include "cache/own_keys.h"

#include <algorithm>

#include "base/check.h"

namespace hitbench {

void OwnKeys::insert(Key key) {
  if (key.id < kDense) {
    const size_t word = key.id / 64;
    if (word >= seen_.size()) seen_.resize(std::max(word + 1, 2 * seen_.size()));
    seen_[word] |= uint64_t{1} << (key.id % 64);
  } else if (!others_.insert(key.id).second) {
    return;
  }
  CHECK(key.text.size() <= UINT8_MAX);
  texts_ += key.text;
  texts_ += static_cast<char>(key.text.size());
  ++count_;
}

bool OwnKeys::take(std::string& text) {
  if (count_ == 0) {
    seen_.clear();
    others_.clear();
    return false;
  }
  const size_t length = static_cast<unsigned char>(texts_.back());
  texts_.pop_back();
  const size_t start = texts_.size() - length;
  text.assign(texts_, start);
  texts_.erase(start);
  --count_;
  return true;
}

}  // namespace hitbench
