// From the pairs of a gate to its verdict.
#pragma once

#include <string>
#include <vector>

#include "gate/gate.h"
#include "gate/pair_rows.h"
#include "judge/decision.h"

namespace hitbench {

class PairJudge {
 public:
  // `first` are the pairs of the first stage. Both must outlive this.
  PairJudge(const std::vector<Pair>& first, const GateOptions& options);

  // Whether any metric needs the second stage.
  bool flagged() const;

  // `second` are the pairs of the second stage, if there was one; not complete: the gate was interrupted.
  Verdict verdict(const std::vector<Pair>& second, bool complete) const;

 private:
  struct Test {
    const GateRow* row;
    AppliedCriterion applied;
  };
  // Logarithms of the pairs' costs: the candidate's against the base's, and the base's own.
  struct Logs {
    std::vector<double> ratios, bases;
  };

  void explain_failure();
  void check_machine();
  void add_tests(const GateRow& row, const RunResult& run);
  Logs logs_of(const Test& test, const std::vector<Pair>& pairs) const;

  Maybe<VerdictItem> item_of(const Test& test, const std::vector<Pair>& second, bool complete) const;
  VerdictItem measured_item(const Test& test, const std::vector<Pair>& second, bool complete) const;
  void add_items(const GateRow& row, const GateRow& after, const std::vector<Pair>& second, bool complete,
                 Verdict& verdict) const;
  void tell_alone(VerdictItem item, const GateRow& after, const Behind& behind, std::vector<VerdictItem>& items) const;
  void decide_item(const Logs& first, const Logs& second, const Test& test, VerdictItem& item) const;
  void calibrate(const RowRuns& runs, const Criterion& criterion, VerdictItem& item) const;
  void add_slots(const std::vector<Pair>& pairs, std::vector<VerdictSlot>& out) const;
  VerdictSlot slot_of(const Pair& pair, Side side) const;

  const std::vector<Pair>& first_;
  const GateOptions& options_;
  std::vector<GateRow> rows_;
  std::vector<Test> tests_;
  int statistical_ = 0;  // of them: those that can err
  std::vector<Doubt> reasons_, left_out_;
  Stages stages_;
};

}  // namespace hitbench
