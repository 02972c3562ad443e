// Slots as processes: `hitbench run SCENARIO --set ... --format json --output FILE`, of any hitbench. Main thread only.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/time.h"
#include "gate/control.h"
#include "gate/slots.h"

namespace hitbench {

struct SideCommand {
  std::string binary;                   // a path
  std::string scenario;                 // a file
  std::vector<std::string> sets;        // "caches.0.server=/opt/redis/redis-server"
  std::vector<std::string> flags = {};  // "--cache-rtt", "1ms": before the sets
};

std::string own_binary();  // the path of this program

class ProcessSlots final : public SlotRunner {
 public:
  // When `interrupted` becomes true, a slot under way is stopped with its servers.
  ProcessSlots(SideCommand base, SideCommand candidate, const std::atomic<bool>& interrupted);

  // Of both sides, after their own: what makes a slot of a run.
  void add_set(std::string set) { sets_.push_back(std::move(set)); }
  // A slot that takes longer is killed and counts as failed.
  void set_limit(Duration limit) { limit_ = limit; }

  Slot run(Side side, uint64_t seed) override;

 private:
  std::vector<std::string> command(const SideCommand& side, uint64_t seed, const std::string& output) const;
  std::string wait_for(const std::vector<std::string>& command, const std::string& log);

  const SideCommand base_, candidate_;
  const std::atomic<bool>& interrupted_;
  std::vector<std::string> sets_;
  Duration limit_ = std::chrono::minutes(10);
  const ControlWork control_;
};

}  // namespace hitbench
