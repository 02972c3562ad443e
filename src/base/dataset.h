// The rows of the origin: what a scenario's data set holds before the run and after each write.
#pragma once

#include <cstdint>
#include <string>

namespace hitbench {

// The data set: which rows the origin has before the run, and what each holds. A pure function of the scenario's
// seed, so that nobody has to store it and every process sees the same.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual uint64_t count() const = 0;     // ids 0 .. count-1 exist at the start
  virtual uint64_t capacity() const = 0;  // ids below this may be inserted during the run
  virtual void text(uint64_t id, std::string& out) const = 0;
  // The payload that write `write_id` gives to row `id`; 0 is the one it has from the start.
  virtual void payload(uint64_t id, uint64_t write_id, std::string& out) const = 0;
};

}  // namespace hitbench
