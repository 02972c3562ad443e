#!/usr/bin/env python3
"""How fast is hitbench itself? `./dev bench` runs this: interleaved rounds of hitbench, the bare loops of this folder
and redis-benchmark, servers on the first core and clients on the last. Within each round all subjects run in a random
order, and ratios are taken within rounds, so that a machine that drifts hits all alike. A run that hitbench itself
calls invalid is repeated, at most twice, and is in no figure. Prints medians, spreads and ratios with their targets;
exit 1 when a target is missed, 4 when one could not be judged. `--smoke`: one short round, no verdict.
"""
import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import stall
import traces
from gates import judge_gates
from subjects import MEMCACHED, REDIS, Bench, Invalid, Server, cores, preload_redis_benchmark_keys
from targets import TARGETS, conclusion, verdict_table

ATTEMPTS = 3  # at a subject in a round


def spread(values):
    """Median, extremes and the interquartile range of a few values."""
    if len(values) < 2:
        return values[0], values[0], values[0], 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return statistics.median(values), min(values), max(values), high - low


def measured(rounds, name):
    """A subject's figures, of the rounds in which it was measured."""
    return [figures[name] for figures in rounds if figures[name] is not None]


def figures_table(rounds):
    print(f"\n{'subject':<28}{'CPU ns/op':>10}{'min':>9}{'max':>9}{'IQR':>8}{'ops/s':>12}")
    for name in rounds[0]:
        figures = [each for each in measured(rounds, name) if "cost" in each]
        if not figures:
            continue
        median, low, high, iqr = spread([each["cost"] for each in figures])
        rate = statistics.median(each["rate"] for each in figures)
        print(f"{name:<28}{median:>10.0f}{low:>9.0f}{high:>9.0f}{iqr:>8.0f}{rate:>12,.0f}")


TRUTH = {"written:0": "a read, nothing is ever written", "written:1": "a read alongside writes of other keys",
         "written:2": "a read of a key that was written"}


def truth_table(judged):
    """What the consistency checker takes from a read, as docs/method.md has it."""
    print(f"\n{'what the consistency checker costs, CPU ns':<56}{'median':>9}{'min':>9}{'max':>9}")
    for case, words in TRUTH.items():
        median, low, high, _ = spread([each[case] for each in judged])
        print(f"{words:<56}{median:>9.1f}{low:>9.1f}{high:>9.1f}")


def invalid_table(records):
    """How many runs were repeated, and of each subject why."""
    invalid = {}
    for record in records:
        for name, reasons in record["invalid"].items():
            lost = record["figures"][name] is None
            invalid.setdefault(name, []).append((len(reasons) - lost, lost, reasons[-1]))
    print(f"\nrepeated because invalid: {sum(times for each in invalid.values() for times, _, _ in each)} runs")
    for name, rounds in invalid.items():
        times, lost = sum(each[0] for each in rounds), sum(each[1] for each in rounds)
        words = f", in {lost} of {len(records)} rounds not measured" if lost else ""
        print(f"  {name}: {times} times{words}; the last reason: {rounds[-1][2]}")


def attempt(measure):
    """A subject's figures, None where no run of it was valid; and why those that were not."""
    reasons = []
    while len(reasons) < ATTEMPTS:
        try:
            return measure(), reasons
        except Invalid as invalid:
            reasons.append(str(invalid))
    return None, reasons


def one_round(subjects, shuffle, title):
    """Of each subject the figures, the reasons why runs were invalid, and the seconds it took with all of them."""
    print(title, file=sys.stderr)
    order = list(subjects)
    shuffle.shuffle(order)
    record = {"figures": dict.fromkeys(subjects), "invalid": {}, "seconds": dict.fromkeys(subjects)}
    for name in order:
        began = time.monotonic()
        record["figures"][name], reasons = attempt(subjects[name])
        record["seconds"][name] = round(time.monotonic() - began, 2)
        if reasons:
            record["invalid"][name] = reasons
    return record


def measure(build, rounds, seconds):
    shuffle = random.Random(1)
    servers = []
    with tempfile.TemporaryDirectory(prefix="hitbench-bench-") as folder:
        os.environ["XDG_STATE_HOME"] = folder  # where runs keep their results: not in place of the user's last one
        try:
            core = cores()[0]
            ports = {}
            for kind, command in (("redis", REDIS), ("memcached", MEMCACHED)):
                servers.append(Server(core, folder, command))
                ports[kind] = servers[-1].port
            preload_redis_benchmark_keys(ports["redis"])
            bench = Bench(build, folder, seconds, ports)
            return [one_round(bench.subjects(), shuffle, f"round {i + 1} of {rounds}") for i in range(rounds)]
        finally:
            for server in servers:
                server.stop()


def print_report(records, judge):
    """Prints all tables; the verdicts on the targets."""
    rounds = [record["figures"] for record in records]
    figures_table(rounds)
    if judged := measured(rounds, "judged reads"):
        truth_table(judged)
    if stalls := measured(rounds, "stall"):
        stall.table(stalls)
    policies, readers = measured(rounds, "policies"), measured(rounds, "readers")
    if policies and readers:
        traces.table(policies, readers)
    invalid_table(records)
    return verdict_table(rounds, TARGETS, judge)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="the build directory with hitbench and bench/")
    parser.add_argument("--smoke", action="store_true", help="one short round, no verdict: does everything run?")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=3, help="that each subject runs in a round")
    parser.add_argument("--output", type=Path, help="figures, invalid runs and seconds of every round as JSON")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds = 1, 0.3
    records = measure(options.build, options.rounds, options.seconds)
    if options.output:
        options.output.write_text(json.dumps(records, indent=1) + "\n")
    verdicts = print_report(records, not options.smoke)
    with tempfile.TemporaryDirectory(prefix="hitbench-gates-") as folder:
        verdicts += judge_gates(options.build, Path(folder), options.smoke)
    if options.smoke:
        print("\nOne short round only: no verdict.")
        return 0
    words, code = conclusion(verdicts)
    print(f"\n{words}")
    return code


if __name__ == "__main__":
    sys.exit(main())
