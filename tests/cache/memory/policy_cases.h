// Every policy over numbers, with the plainest code for it: what tests of all of them run over.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>

#include "cache/memory/policies.h"
#include "tests/cache/memory/naive_ghost_policies.h"
#include "tests/cache/memory/naive_policies.h"
#include "tests/cache/memory/policy_owner.h"

namespace hitbench {

struct PolicyCase {
  const char* name;
  PolicyOwner::Make make;
  std::unique_ptr<Naive> (*make_naive)(uint64_t capacity, uint64_t seed);
  bool counts_by_number = false;  // also for keys long gone, whose number in a store another key has by then
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
    {"two_q", make_two_q, make_naive<NaiveTwoQ>},
    {"arc", make_arc, make_naive<NaiveArc>},
    {"s3_fifo", make_s3_fifo, make_naive<NaiveS3Fifo>},
    {"lirs", make_lirs, make_naive<NaiveLirs>},
    {"w_tinylfu", make_w_tinylfu, make_naive_w_tinylfu, true},
};

}  // namespace hitbench
