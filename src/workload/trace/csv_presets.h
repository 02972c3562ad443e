// Layouts of public traces that are CSV files; a row of `traces()` each.
#pragma once

#include <string_view>

namespace hitbench {

// Twitter's 54 clusters of 2020 (Yang et al., OSDI 2020; github.com/twitter/cache-trace): timestamp, key, key size,
// value size, client, operation, TTL. Keys may have commas. A get of a key that was not there has size 0.
inline constexpr std::string_view kTwitterCsv = "time=1,key=2,key_bytes=3,value_bytes=4,op=6,ttl=7,columns=7,zero=miss";

// Meta's kvcache of 2022 and 2024 (cachelib.org, "Evaluating SSD hardware"): op_count requests a line; size 0 is a
// miss. That of 2022 has no times.
inline constexpr std::string_view kMeta202206Csv =
    "key=key,op=op,value_bytes=size,count=op_count,key_bytes=key_size,zero=miss";
inline constexpr std::string_view kMeta202401Csv =
    "time=op_time,key=key,key_bytes=key_size,op=op,count=op_count,value_bytes=size,found=cache_hits,ttl=ttl,zero=miss";

}  // namespace hitbench
