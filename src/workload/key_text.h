// What keys are called: exactly key_bytes printable bytes, another text for every id, or the text that a trace gives.
#pragma once

#include <cstdint>
#include <string>

#include "scenario/scenario.h"
#include "workload/workload.h"

namespace hitbench {

class KeyText {
 public:
  // Throws Error{usage} if key_bytes cannot hold a text for every key. `keys` must outlive this.
  KeyText(const WorkloadSpec& spec, const KeyDistribution& keys);

  // The text of `id`, in `out`.
  void write(uint64_t id, std::string& out) const;

 private:
  void choose_prefixes(const KeyDistribution& keys);

  const KeyDistribution& keys_;
  uint64_t own_keys_;
  size_t bytes_;
  bool decimal_;        // digits 0-9, for people; 64 different ones where those do not suffice
  char present_ = 'k';  // the first byte tells keys of the origin
  char absent_ = 'n';   // from those that it does not have
};

}  // namespace hitbench
