// How long the entries of each key live, where a recorded trace knows it of some: two bytes a key.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"

namespace hitbench {

class KeyTtls {
 public:
  // `places`: of each key, where its TTL is in `ttls`, from 1; 0: it has none of its own.
  KeyTtls(std::vector<uint16_t> places, std::vector<Duration> ttls)
      : places_(std::move(places)), ttls_(std::move(ttls)) {
    std::vector<Duration> all;
    for (const uint16_t place : places_) {
      if (place != 0) all.push_back(ttls_[place - 1U]);
    }
    known_ = all.size();
    if (all.empty()) return;
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    median_ = *middle;
    longest_ = *std::max_element(all.begin(), all.end());
  }

  std::optional<Duration> of(uint64_t key) const {
    const uint16_t place = key < places_.size() ? places_[key] : uint16_t{0};
    return place == 0 ? std::nullopt : std::optional(ttls_[place - 1U]);
  }
  uint64_t keys() const { return places_.size(); }
  // Of the keys that have one.
  uint64_t known() const { return known_; }
  Duration median() const { return median_; }
  Duration longest() const { return longest_; }

 private:
  std::vector<uint16_t> places_;
  std::vector<Duration> ttls_;
  uint64_t known_ = 0;
  Duration median_{0}, longest_{0};
};

}  // namespace hitbench
