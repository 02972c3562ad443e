// Every policy over numbers, with the plainest code for it if there is any: what tests of all of them run over.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>

#include "cache/memory/policies.h"
#include "tests/cache/memory/naive_policies.h"
#include "tests/cache/memory/policy_owner.h"

namespace hitbench {

struct PolicyCase {
  const char* name;
  PolicyOwner::Make make;
  std::unique_ptr<Naive> (*make_naive)(uint64_t capacity, uint64_t seed) = nullptr;
};
inline std::ostream& operator<<(std::ostream& out, const PolicyCase& policy) { return out << policy.name; }

inline const PolicyCase kPolicies[] = {
    {"lru", make_lru, make_naive<NaiveLru>},
    {"fifo", make_fifo, make_naive<NaiveFifo>},
    {"clock", make_clock, make_naive<NaiveClock>},
    {"sieve", make_sieve, make_naive<NaiveSieve>},
    {"slru", make_slru, make_naive<NaiveSlru>},
    {"lfu", make_lfu, make_naive<NaiveLfu>},
    {"gdsf", make_gdsf, make_naive<NaiveGdsf>},
    {"random", make_random, make_naive_random},
    {"s3_fifo", make_s3_fifo},
    {"two_q", make_two_q},
    {"arc", make_arc},
    {"lirs", make_lirs},
};

}  // namespace hitbench
