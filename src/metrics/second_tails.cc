#include "metrics/second_tails.h"

#include <algorithm>

#include "base/check.h"
#include "metrics/bytes.h"

namespace hitbench {

void SecondTails::move_to(size_t second) {
  pack();
  current_ = second;
}

void SecondTails::pack() {
  if (running_.count() == 0) return;
  const CoarseHistogram whole = at(current_);
  if (packed_.size() <= current_) packed_.resize(current_ + 1);
  std::string bytes;
  whole.append_bytes(bytes);
  packed_[current_] = std::string(bytes);  // a copy has no spare room
  running_ = {};
}

size_t SecondTails::size() const { return std::max(packed_.size(), running_.count() == 0 ? 0 : current_ + 1); }

CoarseHistogram SecondTails::at(size_t second) const {
  CoarseHistogram all;
  if (second < packed_.size() && !packed_[second].empty()) {
    std::string_view bytes = packed_[second];
    all = CoarseHistogram::take_bytes(bytes);
  }
  if (second == current_) all.merge(running_);
  return all;
}

void SecondTails::merge(const SecondTails& other) {
  for (size_t second = 0; second < other.size(); ++second) {
    const CoarseHistogram theirs = other.at(second);
    if (theirs.count() == 0) continue;
    move_to(second);
    running_.merge(theirs);
  }
  pack();
}

void SecondTails::append_bytes(std::string& out) const {
  SecondTails all = *this;
  all.pack();
  append_number(out, all.packed_.size());
  for (const std::string& bytes : all.packed_) {
    append_number(out, bytes.size());
    out += bytes;
  }
}

SecondTails SecondTails::take_bytes(std::string_view& bytes) {
  SecondTails tails;
  tails.packed_.resize(take_number(bytes));
  for (std::string& packed : tails.packed_) {
    const uint64_t size = take_number(bytes);
    CHECK(size <= bytes.size());
    packed = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return tails;
}

}  // namespace hitbench
