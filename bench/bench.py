#!/usr/bin/env python3
"""How fast is hitbench itself? `./dev bench` runs this: interleaved rounds of hitbench, the bare loops of this folder
and redis-benchmark, servers on the first core and clients on the last. Within each round all subjects run in a random
order, and ratios are taken within rounds, so that a machine that drifts hits all alike. Prints medians, spreads and
ratios with their targets; exit 1 when a target is missed. `--smoke`: one short round, no verdict.
"""
import argparse
import json
import math
import random
import statistics
import sys
import tempfile
from pathlib import Path

import stall
from gates import PROMISES, judge_gates
from subjects import DEPTH, MANY_CONNECTIONS, MEMCACHED, REDIS, PROCESSES, Bench, Server, cores, \
    preload_redis_benchmark_keys


def ratio(subject, reference, figure="cost"):
    return lambda figures: figures[subject][figure] / figures[reference][figure]


def extra(part):
    return lambda figures: figures["strategy hits"][part] - figures["strategy hits"]["none"]


# (what, the figure from a round's figures, at most). Client CPU an operation, unless it says otherwise. The interval of
# the median over the rounds is judged.
TARGETS = [
    ("redis / a bare epoll loop", ratio("redis hitbench", "redis limit"), 1.3),
    ("redis / redis-benchmark -c 50", ratio("redis hitbench", "redis redis-benchmark"), 0.7),
    ("redis-benchmark's rate / redis'", ratio("redis redis-benchmark", "redis hitbench", "rate"), 1 / 1.2),
    ("memcached / a bare epoll loop", ratio("memcached hitbench", "memcached limit"), 1.3),
    ("memcached / memcaslap", ratio("memcached hitbench", "memcached memcaslap"), 1.0),
    ("redis, 800 clients / a bare epoll loop", ratio("redis-800 hitbench", "redis-800 limit"), 2.0),
    (f"redis, 800 clients / redis-benchmark -P {DEPTH}", ratio("redis-800 hitbench", "redis-800 redis-benchmark"), 0.9),
    (f"redis-benchmark -P {DEPTH}'s rate / redis', 800 clients",
     ratio("redis-800 redis-benchmark", "redis-800 hitbench", "rate"), 1 / 0.95),
    ("memcached, 800 clients / a bare epoll loop", ratio("memcached-800 hitbench", "memcached-800 limit"), 1.8),
    (f"redis, {MANY_CONNECTIONS:,} connections / our thread model",
     ratio("redis-wide hitbench", "redis-wide threads"), 0.55),
    (f"MiB of memory at {MANY_CONNECTIONS:,} connections",
     lambda figures: figures["redis-wide hitbench"]["rss"] / 2**20, 64),
    ("redis, 10,000 clients / 800 clients", ratio("redis-10000 hitbench", "redis-800 hitbench"), 4),
    ("memory hits / a bare loop", ratio("memory hitbench", "memory limit"), 1 / 0.7),
    (f"memory hits of {PROCESSES} processes / {PROCESSES} bare loops",
     ratio("memory processes", "memory limits"), 1 / 0.7),
    ("harness over no cache / choosing the key",
     lambda figures: figures["memory hitbench"]["harness"] / figures["memory hitbench"]["key choice"], 3.0),
    ("memory: bytes an entry beyond key and value", lambda figures: figures["memory bytes"]["overhead"], 80),
    ("resident set of 4 N operations / of N", lambda figures: figures["memory growth"]["growth"], 1.05),
    ("virtual time, 1,000 clients: ns an operation", lambda figures: figures["virtual hitbench"]["cost"], 667),
    ("starting with 10^9 keys / with 1,000", lambda figures: figures["10^9 keys"]["many"] / figures["10^9 keys"]["few"],
     1.5),
    ("a guard's ns a hit: single-flight", extra("single_flight"), 15),
    ("a guard's ns a hit: lock", extra("lock"), 15),
    ("a guard's ns a hit: xfetch", extra("xfetch"), 40),
    ("a refresh's ns a hit: stale_while", extra("stale_while"), 40),
    ("harness with the truth told / without",
     lambda figures: figures["truth"]["told"] / figures["truth"]["untold"], 1.3),
    ("a stall of 100 ms, open loop: p99 off theory, ms", lambda figures: figures["stall"]["p99 off"], 5),
    ("a stall of 100 ms, open loop: p99.9 off theory, ms", lambda figures: figures["stall"]["p99_9 off"], 5),
]


def interval(values):
    """Of the median, with at least 95 % confidence: the order statistics between which it lies (Conover, "Practical
    Nonparametric Statistics", 3.2); empty for fewer than six values."""
    ordered, count = sorted(values), len(values)
    tail = 0.0
    for outside in range(count // 2 + 1):
        tail += math.comb(count, outside) / 2**count  # that at most `outside` values lie on one side of the median
        if 2 * tail > 0.05:
            return (ordered[outside - 1], ordered[count - outside]) if outside > 0 else ()
    return ()


def spread(values):
    """Median, extremes and the interquartile range of a few values."""
    if len(values) < 2:
        return values[0], values[0], values[0], 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return statistics.median(values), min(values), max(values), high - low


def figures_table(rounds):
    print(f"\n{'subject':<28}{'CPU ns/op':>10}{'min':>9}{'max':>9}{'IQR':>8}{'ops/s':>12}")
    for name in (name for name, figures in rounds[0].items() if "cost" in figures):
        median, low, high, iqr = spread([figures[name]["cost"] for figures in rounds])
        rate = statistics.median(figures[name]["rate"] for figures in rounds)
        print(f"{name:<28}{median:>10.0f}{low:>9.0f}{high:>9.0f}{iqr:>8.0f}{rate:>12,.0f}")


def verdict_table(rounds, judge):
    """Prints each target beside what was measured; the number of those missed."""
    missed = 0
    print(f"\n{'target':<56}{'median':>9}{'95 % interval':>18}{'at most':>9}")
    for what, figure, most in TARGETS:
        values = [figure(figures) for figures in rounds]
        between = interval(values)
        missed += bool(between) and between[0] > most
        verdict = verdict_of(between, most) if judge else ""
        words = f"{between[0]:.2f} - {between[1]:.2f}" if between else "-"
        print(f"{what:<56}{statistics.median(values):>9.2f}{words:>18}{most:>9.2f}{verdict}")
    return missed


def verdict_of(between, most):
    if not between:
        return "  too few rounds"
    if between[0] > most:
        return "  MISSED"
    return "  met" if between[1] <= most else "  met within the noise"


def measure(build, rounds, seconds):
    shuffle = random.Random(1)
    servers = []
    with tempfile.TemporaryDirectory(prefix="hitbench-bench-") as folder:
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


def one_round(subjects, shuffle, title):
    print(title, file=sys.stderr)
    order = list(subjects)
    shuffle.shuffle(order)
    figures = {name: subjects[name]() for name in order}
    return {name: figures[name] for name in subjects}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="the build directory with hitbench and bench/")
    parser.add_argument("--smoke", action="store_true", help="one short round, no verdict: does everything run?")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=3, help="that each subject runs in a round")
    parser.add_argument("--output", type=Path, help="all rounds' figures as JSON")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds = 1, 0.3
    rounds = measure(options.build, options.rounds, options.seconds)
    if options.output:
        options.output.write_text(json.dumps(rounds, indent=1) + "\n")
    figures_table(rounds)
    stall.table([figures["stall"] for figures in rounds])
    missed = verdict_table(rounds, not options.smoke)
    with tempfile.TemporaryDirectory(prefix="hitbench-gates-") as folder:
        missed += judge_gates(options.build, Path(folder), options.smoke)
    if options.smoke:
        print("\nOne short round only: no verdict.")
        return 0
    print(f"\n{len(TARGETS) + PROMISES - missed} targets met, {missed} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
