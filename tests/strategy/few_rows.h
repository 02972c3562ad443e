// A data set of three rows for strategies that list keys themselves.
#pragma once

#include <string>

#include "origin/origin.h"

namespace hitbench {

class FewRows final : public Rows {
 public:
  uint64_t count() const override { return 3; }
  uint64_t capacity() const override { return 3; }
  void text(uint64_t id, std::string& out) const override { out = "key-" + std::to_string(id); }
  void payload(uint64_t id, uint64_t write_id, std::string& out) const override {
    out = std::to_string(id) + "/" + std::to_string(write_id);
  }
};

}  // namespace hitbench
