// The makers of policies of eviction over numbers: for registry.cc and tests only.
#pragma once

#include <memory>

#include "cache/memory/policy.h"

namespace hitbench {

std::unique_ptr<EvictionPolicy> make_lru(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_fifo(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_clock(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_sieve(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_s3_fifo(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_two_q(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_slru(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_arc(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_lirs(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_lfu(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_w_tinylfu(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_gdsf(const PolicySetting& setting);
std::unique_ptr<EvictionPolicy> make_random(const PolicySetting& setting);

}  // namespace hitbench
