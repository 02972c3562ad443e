// Write-behind's queue on a twin's server, with what a Redis server's would do (cache/redis/queue.h): the writes by
// key, the keys by the millisecond in which they began to wait and then by name, and who flushes. It takes none of the
// memory that the server's model accounts for, so it is never evicted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache.h"

namespace hitbench {

// What lies on the server. Each call is one script there, at `now` of its clock.
class TwinQueueData {
 public:
  Queue::Put put(const QueuedWrite& write, int64_t since_ms, uint64_t most);
  bool find(const std::string& key, QueuedWrite& found) const;
  Queue::Taken take(const std::string& token, Duration lease, uint64_t most, int64_t since_ms, Time now);
  // Of each write its key and id.
  void settle(const std::vector<std::pair<std::string, uint64_t>>& done, int64_t since_ms);
  void leave(const std::string& token, Time now);

 private:
  struct Waiting {
    QueuedWrite write;
    int64_t since_ms;
  };

  std::map<std::string, Waiting> writes_;
  std::set<std::pair<int64_t, std::string>> waiting_;  // the same by time
  std::string owner_;
  Time lease_end_{};
};

// Has the server run a script, and waits for its answer; false: it did not come. The script may run although nobody
// waits for it any more.
using RunScript = std::function<bool(Call&, std::function<void(TwinQueueData&, Time now)>)>;

std::unique_ptr<Queue> make_twin_queue(RunScript run);

}  // namespace hitbench
