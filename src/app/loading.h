// Loads a process' share of the keys into the cache before anything is measured.
#pragma once

#include <memory>
#include <vector>

#include "app/app_parts.h"
#include "app/phase_run.h"

namespace hitbench {

class Loading {
 public:
  Loading(AppParts& parts, PhaseRun& phase, const Registry& registry)
      : parts_(parts), phase_(phase), registry_(registry) {}

  // Who loads: the clients, and where connections carry more than one request each, others alongside them.
  std::vector<ClientState*> crew();
  // One member's part of it, on its fiber.
  void run(ClientState& state);
  // The keys that those alongside the clients have loaded; they are dismissed.
  uint64_t dismiss();

 private:
  uint64_t wanted() const;

  AppParts& parts_;
  PhaseRun& phase_;
  const Registry& registry_;
  std::vector<std::unique_ptr<ClientState>> loaders_;
};

}  // namespace hitbench
