#include <vector>

#include "engine/app_process.h"
#include "engine/workers.h"

namespace hitbench {
namespace {

class VirtualWorkers final : public Workers {
 public:
  explicit VirtualWorkers(const WorkerSetup& setup) : loop_(Loop::virtual_time()) {
    const AppSpec& app = setup.row.scenario->app;
    for (int process = 0; process < app.processes; ++process) {
      const AppShape shape{process, app.processes, app.clients, app.connections};
      processes_.push_back(std::make_unique<AppProcess>(setup.row, shape, *loop_, setup.backend, setup.server,
                                                        setup.watch, setup.registry, setup.interrupted));
    }
  }

  PhaseOutcome run(PhaseOrder order) override {
    order.start = loop_->now();
    for (const auto& process : processes_) process->begin(order);
    loop_->run();
    PhaseOutcome all = processes_.front()->end();
    for (size_t i = 1; i < processes_.size(); ++i) all.merge(processes_[i]->end());
    all.cpu = all.spun = Duration{0};  // of the simulator, not of the application
    return all;
  }

  void finish() override { processes_.clear(); }
  Time now() const override { return loop_->now(); }

 private:
  std::unique_ptr<Loop> loop_;
  std::vector<std::unique_ptr<AppProcess>> processes_;
};

}  // namespace

std::unique_ptr<Workers> virtual_workers(const WorkerSetup& setup) { return std::make_unique<VirtualWorkers>(setup); }

}  // namespace hitbench
