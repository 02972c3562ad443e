// From the pairs of a gate to its verdict.
#pragma once

#include <string>
#include <vector>

#include "compare/decision.h"
#include "gate/gate.h"

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
  // A row of the base and the one of the candidate that stands against it.
  struct Row {
    size_t base = 0, candidate = 0;  // their places in the results
    std::string name;
    Exact exact = Exact::nothing;
    std::string fault;      // why it cannot be judged; empty if it can
    bool same = true;       // both sides answered the same operations
    bool failing = false;   // the candidate is invalid for its failures, and only they can be judged
    bool left_out = false;  // skipped on both sides
  };
  struct Test {
    const Row* row;
    Judgement judgement;
  };
  struct Runs {
    std::vector<const RunResult*> base, candidate;  // of pairs in which both can be judged by a metric
  };

  void match_rows(const Result& base, const Result& candidate);
  void examine(Row& row);
  void explain_failure();
  void check_machine();
  Runs runs_of(const Row& row, const std::string& metric, const std::vector<Pair>& pairs) const;
  void add_tests(const Row& row, const RunResult& run);
  bool any_failed(const Row& row) const;
  std::vector<double> ratios(const Test& test, const std::vector<Pair>& pairs) const;

  Maybe<VerdictItem> item_of(const Test& test, const std::vector<Pair>& second, bool complete) const;
  VerdictItem measured_item(const Test& test, const std::vector<Pair>& second, bool complete) const;
  void add_items(const Row& row, const std::vector<Pair>& second, bool complete, Verdict& verdict) const;
  void decide_item(const std::vector<double>& first, const std::vector<double>& second, const Test& test,
                   VerdictItem& item) const;
  void calibrate(const Runs& runs, const Judged& judged, VerdictItem& item) const;
  void add_slots(const std::vector<Pair>& pairs, std::vector<VerdictSlot>& out) const;
  VerdictSlot slot_of(const Pair& pair, Side side) const;
  std::vector<std::string> warnings(const std::vector<Pair>& second) const;

  const std::vector<Pair>& first_;
  const GateOptions& options_;
  std::vector<Row> rows_;
  std::vector<Test> tests_;
  int statistical_ = 0;  // of them: those that can err
  std::vector<std::string> reasons_, left_out_;
  Stages stages_;
};

}  // namespace hitbench
