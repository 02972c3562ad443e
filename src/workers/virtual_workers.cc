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
    places_.resize(static_cast<size_t>(setup.row.scenario->app.processes));
    for (size_t i = 0; i < places_.size(); ++i) places_[i].process = make(i);
  }

  PhaseOutcome run(PhaseOrder order) override {
    order.start = loop_->now();
    const bool breaks = setup_.faults != nullptr && order.kind == PhaseOrder::Kind::measure;
    over_.clear();
    outcomes_.clear();
    unsettled_ = places_.size();
    for (Place& place : places_) {
      if (breaks) {
        begin_in_group(place, order);
      } else {
        place.process->begin(order);
      }
    }
    if (breaks) loop_->spawn([this, order] { break_things(order); });
    loop_->run();
    collect();
    PhaseOutcome all = std::move(outcomes_.front());
    for (size_t i = 1; i < outcomes_.size(); ++i) all.merge(outcomes_[i]);
    all.cpu = all.spun = Duration{0};  // of the simulator, not of the application
    return all;
  }

  LeftKeys finish() override {
    places_.clear();
    return {};
  }

 private:
  struct Place {
    std::unique_ptr<AppProcess> process;  // null: dead
    Loop::Group group = 0;
    bool settled = false;  // it has ended its phase
    int incarnation = 0;
    uint64_t done = 0;  // by those that died
  };

  std::unique_ptr<AppProcess> make(size_t i) const {
    const AppSpec& app = setup_.row.scenario->app;
    const AppShape shape{static_cast<int>(i), app.processes, app.clients, app.connections, places_[i].incarnation};
    return std::make_unique<AppProcess>(setup_.row, shape, *loop_, setup_.backend, setup_.server, setup_.watch,
                                        setup_.registry, setup_.interrupted, setup_.faults);
  }

  // What everyone measured; who was to come back after the end comes back now.
  void collect() {
    for (size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].process) {
        outcomes_.push_back(places_[i].process->end());
      } else {
        places_[i].process = make(i);
      }
    }
    dead_.clear();
  }

  void begin_in_group(Place& place, const PhaseOrder& order) {
    place.settled = false;
    place.group =
        loop_->spawn_group([this, &place, order] { place.process->begin(order, [this, &place] { settle(place); }); });
  }

  void settle(Place& place) {
    place.settled = true;
    if (--unsettled_ == 0) over_.set();
  }

  void break_things(const PhaseOrder& order) {
    const Time end = order.duration > Duration{0} ? order.start + order.duration : kNever;
    FaultSteps steps(setup_.faults->all(), order.start, end);
    while (steps.next_due() != kNever && !loop_->wait(over_, steps.next_due())) {
      while (const auto step = steps.take(loop_->now())) {
        apply(*step, order, end);
        if (step->heals && !step->at_end) setup_.faults->note_healed(step->number, loop_->now() - order.start);
      }
    }
    for (const FaultStep& step : steps.finish()) apply(step, order, end);
  }

  void apply(const FaultStep& step, const PhaseOrder& order, Time end) {
    if (step.fault.target != Fault::Target::process) {
      return step.heals ? setup_.faults->heal(step.fault) : setup_.faults->begin(step.fault);
    }
    Place& place = places_[static_cast<size_t>(step.fault.index)];
    if (step.fault.action == Fault::Action::stop) {
      return step.heals ? loop_->resume(place.group) : loop_->pause(place.group);
    }
    if (!step.heals) {
      kill(place);
    } else if (step.due < end) {
      restart(place, order, end);
    } else {
      settle(place);
    }
  }

  void kill(Place& place) {
    if (place.settled) ++unsettled_;
    outcomes_.push_back(place.process->cut());
    place.done += outcomes_.back().operations;
    loop_->cancel(place.group);
    dead_.push_back(std::move(place.process));  // its fibers are still to be unwound
    ++place.incarnation;
  }

  void restart(Place& place, PhaseOrder order, Time end) {
    place.process = make(static_cast<size_t>(&place - places_.data()));
    order.late = loop_->now() - order.start;
    order.start = loop_->now();
    if (end != kNever) order.duration = end - order.start;
    order.done_before = place.done;
    begin_in_group(place, order);
  }

  const WorkerSetup setup_;
  const std::unique_ptr<Loop> loop_;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<AppProcess>> dead_;
  std::vector<PhaseOutcome> outcomes_;  // of this phase
  size_t unsettled_ = 0;                // processes that have not ended their phase
  Event over_;                          // all have
};

}  // namespace

std::unique_ptr<Workers> virtual_workers(const WorkerSetup& setup) { return std::make_unique<VirtualWorkers>(setup); }

}  // namespace hitbench
