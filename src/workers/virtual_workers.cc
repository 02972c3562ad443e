// Virtual time: the processes of a row are groups of fibers on one loop. One more fiber breaks what the scenario
// breaks; a process dies by having its group unwound where it waits, with its way to cache and origin cut.
#include <vector>

#include "app/app_process.h"
#include "base/check.h"
#include "faults/faults.h"
#include "io/virtual_loop.h"
#include "workers/workers.h"

namespace hitbench {
namespace {

class VirtualWorkers final : public Workers {
 public:
  explicit VirtualWorkers(const WorkerSetup& setup) : setup_(setup), loop_(make_virtual_loop(&setup.interrupted)) {
    members_.resize(static_cast<size_t>(setup.row.scenario->app.processes));
    for (size_t i = 0; i < members_.size(); ++i) members_[i].process = make(i);
  }

  PhaseOutcome run(PhaseOrder order) override {
    order.start = loop_->now();
    const bool breaks = setup_.faults != nullptr && order.kind == PhaseOrder::Kind::measure;
    over_.clear();
    outcomes_.clear();
    unsettled_ = members_.size();
    for (Member& member : members_) {
      if (breaks) {
        begin_in_group(member, order);
      } else {
        member.process->begin(order);
      }
    }
    if (breaks) loop_->spawn([this, order] { break_things(order); });
    loop_->run();
    collect();
    PhaseOutcome all = merged(std::move(outcomes_));
    all.cpu = all.spun = Duration{0};  // of the simulator, not of the application
    return all;
  }

  LeftKeys finish() override {
    members_.clear();
    return {};
  }

 private:
  struct Member {
    std::unique_ptr<AppProcess> process;  // null: dead
    Loop::Group group = 0;
    bool settled = false;  // it has ended its phase
    int incarnation = 0;
    uint64_t done = 0;  // by those that died
  };

  std::unique_ptr<AppProcess> make(size_t i) const {
    const AppSpec& app = setup_.row.scenario->app;
    const AppShape shape{static_cast<int>(i), app.processes, app.clients, app.connections, members_[i].incarnation};
    return std::make_unique<AppProcess>(setup_.row, shape, *loop_, setup_.backend, setup_.server, setup_.watch,
                                        setup_.registry, setup_.interrupted, setup_.faults);
  }

  // What everyone measured; who was to come back after the end comes back now.
  void collect() {
    for (size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].process) {
        outcomes_.push_back(members_[i].process->end());
      } else {
        members_[i].process = make(i);
      }
    }
    dead_.clear();
  }

  void begin_in_group(Member& member, const PhaseOrder& order) {
    member.settled = false;
    member.group = loop_->spawn_group(
        [this, &member, order] { member.process->begin(order, [this, &member] { settle(member); }); });
  }

  void settle(Member& member) {
    member.settled = true;
    if (--unsettled_ == 0) over_.set();
  }

  void break_things(const PhaseOrder& order) {
    FaultSteps steps(setup_.faults->all(), order.start, order.end());
    while (steps.next_due() != kNever && !loop_->wait(over_, steps.next_due())) {
      while (const auto step = steps.take(loop_->now())) {
        apply(*step, order);
        if (step->heals && !step->at_end) setup_.faults->note_healed(step->number, loop_->now() - order.start);
      }
    }
    for (const FaultStep& step : steps.finish()) apply(step, order);
  }

  void apply(const FaultStep& step, const PhaseOrder& order) {
    if (step.fault.target != Fault::Target::process) {
      return step.heals ? setup_.faults->heal(step.fault) : setup_.faults->begin(step.fault);
    }
    Member& member = members_[static_cast<size_t>(step.fault.index)];
    if (step.fault.action == Fault::Action::stop) {
      return step.heals ? loop_->resume(member.group) : loop_->pause(member.group);
    }
    if (!step.heals) {
      kill(member);
    } else if (step.due < order.end()) {
      restart(member, order);
    } else {
      settle(member);
    }
  }

  void kill(Member& member) {
    if (member.settled) ++unsettled_;
    outcomes_.push_back(member.process->cut());
    member.done += outcomes_.back().operations;
    loop_->cancel(member.group);
    dead_.push_back(std::move(member.process));  // its fibers are still to be unwound
    ++member.incarnation;
  }

  void restart(Member& member, const PhaseOrder& order) {
    member.process = make(static_cast<size_t>(&member - members_.data()));
    begin_in_group(member, order.rest_from(loop_->now(), member.done));
  }

  const WorkerSetup setup_;
  const std::unique_ptr<Loop> loop_;
  std::vector<Member> members_;
  std::vector<std::unique_ptr<AppProcess>> dead_;
  std::vector<PhaseOutcome> outcomes_;  // of this phase
  size_t unsettled_ = 0;                // processes that have not ended their phase
  Event over_;                          // all have
};

}  // namespace

std::unique_ptr<Workers> virtual_workers(const WorkerSetup& setup) { return std::make_unique<VirtualWorkers>(setup); }

}  // namespace hitbench
