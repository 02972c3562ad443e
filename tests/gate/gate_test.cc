#include "gate/gate.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/gate/simulated_slots.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GateOptions options_for(uint64_t order_seed) {
  return {.base = "as it is",
          .candidate = "changed",
          .order_seed = order_seed,
          .metrics = {parse_criterion("read.response.p50")}};
}

// A noisy machine on which the second slot of every pair is slower and everything becomes slower with time; the
// candidate's service time is `change` of the base's.
Verdict noisy_gate(NoiseKind kind, double size, double change, uint64_t seed) {
  SimulatedNoise noise(kind, size, seed);
  SimulatedSlots slots([&](Side side, size_t number) {
    const double drift = 0.005 * static_cast<double>(number), second = number % 2 == 1 ? 0.05 : 0;
    return simulated_slot(noise.next() + drift + second + (side == Side::candidate ? std::log(change) : 0));
  });
  return gate(slots, options_for(seed));
}

// Of `gates` gates between equals under each kind of noise.
int false_alarms(uint64_t gates) {
  int alarms = 0;
  for (const NoiseKind kind : kAllNoises) {
    for (uint64_t seed = 0; seed < gates; ++seed) {
      alarms += noisy_gate(kind, 0.2, 1, 1000 * static_cast<uint64_t>(kind) + seed).verdict == Word::regressed ? 1 : 0;
    }
  }
  return alarms;
}

// Half a per mille each may be wrong: that needs thousands (below), and this finds only what is wrong in many of them.
TEST(Gate, DoesNotCryWolf) { EXPECT_EQ(false_alarms(25), 0); }

TEST(ByTheThousand, GatesDoNotCryWolf) { EXPECT_LE(false_alarms(500), 4) << "of 2,000"; }

TEST(Gate, FindsTwentyPercentMoreServiceTime) {
  for (const NoiseKind kind : {NoiseKind::normal, NoiseKind::heavy_tailed, NoiseKind::drifting}) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const Verdict verdict = noisy_gate(kind, 0.03, 1.20, seed);
      ASSERT_EQ(verdict.verdict, Word::regressed) << name_of(kind) << " " << seed;
      EXPECT_EQ(exit_code(verdict), 3);
      EXPECT_NEAR(*verdict.items.at(0).change, 0.20, 0.1);
      EXPECT_EQ(verdict.items.at(0).pairs, (std::vector<int>{10, 15}));
    }
  }
}

TEST(Gate, TwentyPercentLessIsImprovedAndPasses) {
  const Verdict verdict = noisy_gate(NoiseKind::normal, 0.03, 0.8, 5);
  EXPECT_EQ(verdict.verdict, Word::improved);
  EXPECT_EQ(exit_code(verdict), 0);
}

TEST(Gate, GivesBothSidesOfAPairOneSeedAndARandomOrder) {
  SimulatedSlots slots([](Side, size_t) { return simulated_slot(0); });
  const Verdict verdict = gate(slots, options_for(3));
  ASSERT_EQ(slots.asked.size(), 20u);
  int base_first = 0;
  for (size_t i = 0; i < 20; i += 2) {
    EXPECT_EQ(slots.asked[i].seed, slots.asked[i + 1].seed);
    EXPECT_NE(slots.asked[i].side, slots.asked[i + 1].side);
    EXPECT_EQ(slots.asked[i].seed, 1 + i / 2);
    base_first += slots.asked[i].side == Side::base ? 1 : 0;
  }
  EXPECT_GT(base_first, 0);
  EXPECT_LT(base_first, 10);
  ASSERT_EQ(verdict.slots.size(), 20u);
  EXPECT_EQ(verdict.order_seed, 3u);
  EXPECT_EQ(verdict.slots[0].side, slots.asked[0].side == Side::base ? "base" : "candidate");
  EXPECT_EQ(verdict.slots[0].place, 1);
  EXPECT_EQ(verdict.slots[0].values.at("cache-aside/redis: read.response.p50"), 1e6);
  EXPECT_EQ(verdict.verdict, Word::pass);
}

TEST(Gate, MeasuresAgainOnlyWhatIsFlagged) {
  SimulatedSlots quiet([](Side, size_t) { return simulated_slot(0); });
  gate(quiet, options_for(1));
  EXPECT_EQ(quiet.asked.size(), 20u);
  SimulatedSlots worse([](Side side, size_t) { return simulated_slot(side == Side::base ? 0 : 0.2); });
  gate(worse, options_for(1));
  EXPECT_EQ(worse.asked.size(), 50u);
  EXPECT_NE(worse.asked[20].seed, worse.asked[0].seed) << "new seeds";
}

TEST(Gate, SlotsThatAllCrashAreExit4) {
  for (const bool both : {true, false}) {
    SimulatedSlots slots([&](Side side, size_t) {
      if (side == Side::base && !both) return simulated_slot(0);
      return Slot{.result = {}, .failure = "killed by signal 11", .control_ns = {}};
    });
    const Verdict verdict = gate(slots, options_for(1));
    EXPECT_EQ(verdict.verdict, Word::invalid);
    EXPECT_EQ(exit_code(verdict), 4);
    EXPECT_THAT(verdict.reasons, ElementsAre(doubt("no-complete-pair", HasSubstr("signal 11"))));
    EXPECT_LE(slots.asked.size(), 4u) << "no need to try all of them";
  }
}

TEST(Gate, SurvivesAFewCrashes) {
  SimulatedSlots slots([](Side, size_t number) {
    return number == 7 ? Slot{.result = {}, .failure = "it hung", .control_ns = {}} : simulated_slot(0);
  });
  const Verdict verdict = gate(slots, options_for(1));
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_EQ(slots.asked.size(), 22u) << "the pair was run again";
}

// The first pair has no base, nor has it when it is run again, as slots 20 and 21.
TEST(Gate, OnlyTheResultsOfWholePairsAreLookedAtForDifferences) {
  SimulatedSlots* asked = nullptr;
  SimulatedSlots slots([&](Side side, size_t number) {
    const uint64_t seed = asked->asked.back().seed;
    const bool hangs = side == Side::base && (number < 2 || number >= 20);
    if (hangs) return Slot{.result = {}, .failure = "it hung", .control_ns = {}};
    Slot slot = simulated_slot(0);
    slot.result->scenario_json = "{\"seed\": " + std::to_string(seed) + "}";
    return slot;
  });
  asked = &slots;
  EXPECT_THAT(gate(slots, options_for(1)).differences, testing::IsEmpty());
}

Slot with_control(double control_ns) {
  Slot slot = simulated_slot(0);
  slot.control_ns = control_ns;
  return slot;
}

TEST(Gate, RunsDisturbedPairsAgainUpToAFifth) {
  const auto slots_asked = [](size_t disturbed) {
    SimulatedSlots slots([&](Side, size_t number) {
      return with_control(number % 4 == 0 && number < 4 * disturbed ? 9e6 : 4e6 + static_cast<double>(number));
    });
    const Verdict verdict = gate(slots, options_for(1));
    EXPECT_NE(verdict.verdict, Word::invalid) << "noise is no reason to fail a build";
    EXPECT_THAT(verdict.warnings, testing::Each(doubt("pairs-disturbed", HasSubstr("2 of 10"))));
    return std::pair(slots.asked.size(), verdict.warnings.size());
  };
  EXPECT_EQ(slots_asked(0), std::pair(size_t{20}, size_t{0}));
  EXPECT_EQ(slots_asked(1), std::pair(size_t{22}, size_t{0}));
  EXPECT_EQ(slots_asked(2), std::pair(size_t{24}, size_t{0}));
  EXPECT_EQ(slots_asked(4), std::pair(size_t{24}, size_t{1})) << "the rest is kept, aloud";
}

TEST(Gate, TwoDifferentMachinesAreNoComparison) {
  SimulatedSlots slots([](Side side, size_t number) {
    return with_control((side == Side::base ? 4e6 : 4.2e6) + static_cast<double>(number));
  });
  const Verdict verdict = gate(slots, options_for(1));
  EXPECT_EQ(exit_code(verdict), 4);
  EXPECT_THAT(verdict.reasons, ElementsAre(doubt("machine-changed", HasSubstr(" 5 %"))));
}

TEST(Gate, AnInterruptionGivesAPartialVerdict) {
  std::atomic<bool> interrupted{false};
  SimulatedSlots slots([&](Side side, size_t number) {
    if (number == 13) interrupted = true;
    return simulated_slot(side == Side::base ? 0 : 0.5);
  });
  const Verdict verdict = gate(slots, options_for(1), interrupted);
  EXPECT_FALSE(verdict.complete);
  EXPECT_EQ(exit_code(verdict), 130);
  EXPECT_EQ(slots.asked.size(), 14u);
  ASSERT_EQ(verdict.items.size(), 1u);
  EXPECT_EQ(verdict.items[0].verdict, Word::inconclusive);
  EXPECT_EQ(verdict.items[0].pairs, std::vector<int>{7});
}

TEST(Gate, AnInterruptionBeforeTheFirstPairHasNoFigures) {
  const std::atomic<bool> interrupted{true};
  SimulatedSlots slots([](Side, size_t) { return simulated_slot(0); });
  const Verdict verdict = gate(slots, options_for(1), interrupted);
  EXPECT_EQ(exit_code(verdict), 130);
  EXPECT_TRUE(verdict.items.empty());
}

Slot slot_of(RunResult run) { return {.result = simulated_result({std::move(run)}), .failure = "", .control_ns = {}}; }

TEST(Gate, InvalidRowsInAFewSlotsAreLeftOutAndInManyDecide) {
  const auto with_invalid = [](size_t every) {
    SimulatedSlots slots([&](Side, size_t number) {
      RunResult run = simulated_run(1e6);
      if (number % every == 3) run.validity = {.valid = false, .reasons = {{"loop-stalled", "our event loop stalled"}}};
      return slot_of(run);
    });
    return gate(slots, options_for(1));
  };
  EXPECT_EQ(with_invalid(16).verdict, Word::pass);
  const Verdict verdict = with_invalid(4);
  EXPECT_EQ(exit_code(verdict), 4);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("our event loop stalled"));
}

TEST(Gate, WhatItsRowsWarnOfIsSaidOnceARowASideAndAKind) {
  const auto warnings = [](bool calibrate) {
    SimulatedSlots slots([](Side side, size_t number) {
      RunResult run = simulated_run(1e6);
      std::vector<Doubt>& all = run.validity.warnings;
      if (side == Side::candidate)
        all.push_back({"not-steady", "not steady after " + std::to_string(10 + number) + ".5 s; wait longer"});
      if (number < 2) all.push_back({"client-bound", "client-bound"});
      return slot_of(run);
    });
    GateOptions options = options_for(1);
    options.calibrate = calibrate;
    return gate(slots, options).warnings;
  };
  EXPECT_THAT(warnings(false),
              ElementsAre(doubt("client-bound", "cache-aside/redis, base: client-bound (in 1 of 10 slots)"),
                          doubt("not-steady", testing::MatchesRegex("cache-aside/redis, candidate: not steady after "
                                                                    "1[01].5 s; wait longer .in 10 of 10 slots.")),
                          doubt("client-bound", "cache-aside/redis, candidate: client-bound (in 1 of 10 slots)")));
  EXPECT_THAT(warnings(true),
              testing::Contains(doubt("client-bound", "cache-aside/redis: client-bound (in 2 of 20 slots)")));
}

TEST(Gate, ARowSkippedOnBothSidesIsLeftOutAloud) {
  SimulatedSlots slots([](Side, size_t) {
    RunResult missing = simulated_run(1e6);
    missing.name = "cache-aside/memcached";
    missing.skipped = "memcached is not on the PATH";
    return Slot{.result = simulated_result({simulated_run(1e6), missing}), .failure = "", .control_ns = {}};
  });
  const Verdict verdict = gate(slots, options_for(1));
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_THAT(verdict.warnings, ElementsAre(doubt("row-not-run", HasSubstr("cache-aside/memcached"))));
}

TEST(Gate, ARowSkippedOnOneSideIsInvalid) {
  SimulatedSlots slots([](Side side, size_t) {
    RunResult run = simulated_run(1e6);
    if (side == Side::candidate) run.skipped = "no such server";
    return slot_of(run);
  });
  EXPECT_EQ(exit_code(gate(slots, options_for(1))), 4);
}

TEST(Gate, WithoutARowThereIsNoVerdict) {
  SimulatedSlots slots([](Side, size_t) {
    RunResult run = simulated_run(1e6);
    run.skipped = "no such server";
    return slot_of(run);
  });
  const Verdict verdict = gate(slots, options_for(1));
  EXPECT_EQ(exit_code(verdict), 4);
  EXPECT_THAT(verdict.reasons, ElementsAre(doubt("nothing-judged")));
}

TEST(Gate, ARowThatFailedOnBothSidesIsInvalid) {
  SimulatedSlots slots([](Side, size_t) {
    RunResult run = simulated_run(1e6);
    run.skipped = "the server does not answer";
    run.validity = {.valid = false, .reasons = {{"row-failed", "the server does not answer"}}};
    return slot_of(run);
  });
  const Verdict verdict = gate(slots, options_for(1));
  EXPECT_EQ(exit_code(verdict), 4);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("the server does not answer"));
}

TEST(Gate, RowsOfAnotherNameStandAgainstEachOtherByTheirPlace) {
  SimulatedSlots slots([](Side side, size_t) {
    RunResult run = simulated_run(1e6);
    if (side == Side::candidate) run.name = "read-through/redis";
    return slot_of(run);
  });
  EXPECT_EQ(gate(slots, options_for(1)).items.at(0).row, "cache-aside/redis -> read-through/redis");
}

RunResult virtual_run(uint64_t misses) {
  RunResult run = simulated_run(1e6, "virtual");
  run.reads.miss = misses;
  run.origin_load.loads = misses;
  run.hit_ratio = 1 - static_cast<double>(misses) / 100'000;
  return run;
}

GateOptions usual_metrics() {
  GateOptions options = options_for(1);
  options.metrics.clear();
  return options;
}

TEST(Gate, VirtualTimeTakesOneSlotASideAndOnePointMoreMissesFails) {
  SimulatedSlots same([](Side, size_t) { return slot_of(virtual_run(8000)); });
  EXPECT_EQ(gate(same, usual_metrics()).verdict, Word::pass);
  EXPECT_EQ(same.asked.size(), 2u);
  SimulatedSlots worse([](Side side, size_t) { return slot_of(virtual_run(side == Side::base ? 8000 : 9000)); });
  const Verdict verdict = gate(worse, usual_metrics());
  EXPECT_EQ(exit_code(verdict), 3);
  EXPECT_EQ(worse.asked.size(), 2u);
  EXPECT_EQ(verdict.tests, 0);
  for (const VerdictItem& item : verdict.items) {
    EXPECT_EQ(item.method, "exact");
    const bool counts_misses =
        item.metric == "hit_ratio" || item.metric == "reads.miss" || item.metric == "origin_load.loads";
    EXPECT_EQ(item.verdict, counts_misses ? Word::regressed : Word::pass) << item.metric;
  }
}

TEST(Gate, VirtualTimeNeedsTheSameOperations) {
  SimulatedSlots slots([](Side side, size_t) {
    RunResult run = virtual_run(8000);
    if (side == Side::candidate) run.stream_checksum = "0bad";
    return slot_of(run);
  });
  const Verdict verdict = gate(slots, usual_metrics());
  EXPECT_EQ(exit_code(verdict), 4);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("the same operations"));
}

TEST(Gate, CountersOfOneClientInRealTimeAreExactToo) {
  SimulatedSlots slots([](Side side, size_t number) {
    RunResult run = simulated_run(1e6 * (1 + 0.01 * static_cast<double>(number % 3)));
    run.reads.miss = side == Side::base ? 8000 : 8001;
    run.origin_load.loads = run.reads.miss;
    run.hit_ratio = 1 - static_cast<double>(run.reads.miss) / 100'000;
    run.misses = {.first = run.reads.miss, .expired = 0};
    Slot slot = slot_of(run);
    slot.result->scenario_json = R"({"app": {"processes": 1, "clients": 1}, "measure": {"duration": null}})";
    return slot;
  });
  const Verdict verdict = gate(slots, usual_metrics());
  EXPECT_EQ(exit_code(verdict), 3);
  for (const VerdictItem& item : verdict.items) {
    const bool timed = item.metric == "read.response.p50" || item.metric == "throughput";
    EXPECT_EQ(item.method, timed ? "paired" : "exact") << item.metric;
    EXPECT_EQ(item.verdict, timed ? Word::pass : Word::regressed) << item.metric;
  }
}

TEST(Gate, CalibrationTellsTheNoiseAndWhatItAllows) {
  SimulatedNoise noise(NoiseKind::normal, 0.1, 9);
  SimulatedSlots slots([&](Side, size_t) { return simulated_slot(noise.next()); });
  GateOptions options = options_for(1);
  options.calibrate = true;
  const Verdict verdict = gate(slots, options);
  EXPECT_EQ(verdict.kind, "calibration");
  EXPECT_EQ(slots.asked.size(), 20u) << "never a second stage";
  const VerdictItem& item = verdict.items.at(0);
  EXPECT_NEAR(*item.noise, 0.1 * std::sqrt(2), 0.07);
  EXPECT_THAT(item.note, HasSubstr("--metric read.response.p50="));
  EXPECT_THAT(item.note, HasSubstr("pairs for 5 %"));
  EXPECT_LT(*item.base_low, *item.base);
  EXPECT_EQ(exit_code(verdict), 0);
}

TEST(Gate, ANamedMetricThatWasNotMeasuredIsNoPass) {
  SimulatedSlots slots([](Side, size_t) { return simulated_slot(0); });
  GateOptions options = options_for(1);
  options.metrics = {parse_criterion("read.response.p99")};
  const Verdict verdict = gate(slots, options);
  EXPECT_EQ(verdict.verdict, Word::inconclusive);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("too few operations"));
}

TEST(Gate, AnInconclusiveVerdictSaysHowManyPairsWouldTell) {
  SimulatedNoise noise(NoiseKind::normal, 0.1, 11);
  SimulatedSlots slots([&](Side, size_t) { return simulated_slot(noise.next()); });
  const Verdict verdict = gate(slots, options_for(1));
  EXPECT_EQ(verdict.verdict, Word::inconclusive);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("pairs would detect 5 %"));
}

TEST(Gate, ANoisyTailIsShownAndNotJudged) {
  SimulatedNoise noise(NoiseKind::normal, 0.5, 9);
  SimulatedSlots slots([&](Side, size_t) {
    RunResult run = simulated_run(1e6);
    run.read.response.p99_ns = std::llround(1e7 * std::exp(noise.next()));
    return slot_of(run);
  });
  GateOptions options = options_for(1);
  options.metrics.push_back(parse_criterion("read.response.p99"));
  const Verdict verdict = gate(slots, options);
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_FALSE(verdict.items.at(1).judged);
  EXPECT_GT(*verdict.items.at(1).detectable, 0.2);

  options.metrics.erase(options.metrics.begin());
  const Verdict alone = gate(slots, options);
  EXPECT_EQ(alone.verdict, Word::inconclusive) << "a tail alone that nobody can judge is no fault of the candidate";
  EXPECT_EQ(exit_code_of(alone, {}), 0);
}

}  // namespace
}  // namespace hitbench
