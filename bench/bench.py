#!/usr/bin/env python3
"""How fast is hitbench itself? `./dev bench` runs this: interleaved rounds of hitbench, the bare loops of this folder
and redis-benchmark, servers on the first core and clients on the last. Within each round all subjects run in a random
order, and ratios are taken within rounds, so that a machine that drifts hits all alike. Prints medians, spreads and
ratios with their targets; exit 1 when a target is missed. `--smoke`: one short round, no verdict.
"""
import argparse
import json
import os
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KEYS = 10_000  # of 16 bytes, with values of 100 bytes, for every subject
CONNECTIONS = 50
DEPTH = 16
MEMORY_KEYS = 100_000
VIRTUAL_CLIENTS = 1_000

# (what, subject, reference, at most, why). The figure is the median over the rounds of subject / reference.
RATIOS = [
    ("redis, client CPU", "redis hitbench", "redis limit", 1.45, "a bare epoll loop"),
    ("redis, client CPU", "redis hitbench", "redis redis-benchmark", 0.8, "redis-benchmark -c 50"),
    ("memcached, client CPU", "memcached hitbench", "memcached limit", 1.45, "a bare epoll loop"),
    ("redis, 800 clients, client CPU", "redis-800 hitbench", "redis-800 redis-benchmark", 1.1,
     f"redis-benchmark -P {DEPTH}"),
    ("memory hits", "memory hitbench", "memory limit", 2.0, "a bare loop"),
]
# (subject, at most, unit, why)
ABSOLUTES = [("virtual hitbench", 667.0, "ns", "virtual time, 1,000 clients: ns an operation")]


def cores():
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) == 1:
        print("One core only: servers and clients share it, and the ratios say less.", file=sys.stderr)
    return usable[0], usable[-1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_on(core, command):
    """Runs a command on one core; its output, CPU seconds (user + system, of it and its children) and wall seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(["taskset", "-c", str(core), *map(str, command)], capture_output=True, text=True)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    if done.returncode != 0:
        said = f"failed with exit {done.returncode}:\n{done.stderr}{done.stdout}"
        raise SystemExit(f"{' '.join(map(str, command))}\n{said}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, cpu, ended - began


class Server:
    """A server of our own on a free port of the loopback, on one core, gone at the end."""

    def __init__(self, core, folder, command):
        self.port = free_port()
        arguments = [part.replace("PORT", str(self.port)).replace("DIR", folder) for part in command]
        if not shutil.which(arguments[0]):
            raise SystemExit(f"{arguments[0]} is missing; ./dev bench installs it")
        self.process = subprocess.Popen(["taskset", "-c", str(core), *arguments], stdout=subprocess.DEVNULL)
        self.wait()

    def wait(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise SystemExit(f"{self.process.args} does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()


REDIS = ["redis-server", "--port", "PORT", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "DIR"]
MEMCACHED = ["memcached", "-p", "PORT", "-l", "127.0.0.1", "-t", "1", "-m", "64", "-u", "root"]


def preload_redis_benchmark_keys(port):
    """The keys that `redis-benchmark -r KEYS -t get` asks for: on an empty server it would measure misses."""
    value = b"x" * 100
    request = b"".join(b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$100\r\n%s\r\n" % (i, value) for i in range(KEYS))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        left = len(b"+OK\r\n") * KEYS
        while left > 0:
            received = len(connection.recv(65536))
            if received == 0:
                raise SystemExit("redis-server closed the connection")
            left -= received


class Bench:
    """The subjects: each method measures once and returns {"cost": ns per operation, "rate": operations a second}."""

    def __init__(self, build, folder, seconds, ports):
        self.server_core, self.core = cores()
        self.build, self.folder, self.seconds, self.ports = build, Path(folder), seconds, ports
        self.start_up = {}  # of commands that do nothing: subtracted

    def hitbench(self, name, scenario):
        file, output = self.folder / f"{name}.json", self.folder / f"{name}.result.json"
        file.write_text(json.dumps(scenario))
        command = [self.build / "hitbench", "run", file, "--format", "json", "--output", output]
        _, cpu, wall = run_on(self.core, command)
        run = json.loads(output.read_text())["runs"][0]
        if run["skipped"] is not None:
            raise SystemExit(f"{run['name']} was skipped: {run['skipped']}")
        reads = run["reads"]
        if scenario["strategies"] == ["direct"] and (reads["failed"] or reads["miss"]):
            raise SystemExit(f"{run['name']}: {reads['failed']} reads failed, {reads['miss']} missed; all should hit")
        return run, cpu, wall

    def scenario(self, cache, clients, distribution="uniform", keys=KEYS):
        return {
            "workload": {"keys": {"distribution": distribution, "count": keys}, "key_bytes": 16, "value_bytes": 100},
            "app": {"clients": clients, "connections": CONNECTIONS}, "rounds": 1, "warmup": {"preload": True},
            "measure": {"duration": f"{round(1000 * self.seconds)}ms"}, "caches": [cache], "strategies": ["direct"]}

    def direct(self, name, cache, clients, *keys):
        run, _, _ = self.hitbench(name, self.scenario(cache, clients, *keys))
        return {"cost": run["client"]["cpu_ns_per_op"], "rate": run["throughput_ops_s"]}

    def limit(self, kind, depth):
        address = f"127.0.0.1:{self.ports[kind]}"
        command = [self.build / "bench/limit", kind, address, CONNECTIONS, depth, self.seconds, KEYS]
        out, _, _ = run_on(self.core, command)
        rate, cost = re.fullmatch(r"ops_per_s (\S+) client_cpu_us_per_op (\S+)\n", out).groups()
        return {"cost": 1000 * float(cost), "rate": float(rate)}

    def redis_benchmark(self, depth):
        def command(requests):
            return ["redis-benchmark", "-h", "127.0.0.1", "-p", self.ports["redis"], "-t", "get", "-r", KEYS, "-d", 100,
                    "-c", CONNECTIONS, "-P", depth, "-n", requests, "--csv"]

        if "redis-benchmark" not in self.start_up:
            self.start_up["redis-benchmark"] = run_on(self.core, command(CONNECTIONS))[1]
        requests = round(self.seconds * (70_000 if depth == 1 else 500_000))
        out, cpu, _ = run_on(self.core, command(requests))
        rate = float(out.strip().split("\n")[-1].split(",")[1].strip('"'))
        return {"cost": 1e9 * (cpu - self.start_up["redis-benchmark"]) / requests, "rate": rate}

    def memory_limit(self):
        operations = max(200_000, round(self.seconds * 10_000_000))
        out, _, _ = run_on(self.core, [self.build / "bench/memory_limit", operations, MEMORY_KEYS])
        cost = float(re.fullmatch(r"ns_per_op (\S+)\n", out).group(1))
        return {"cost": cost, "rate": 1e9 / cost}

    def virtual(self):
        def measure(operations):
            return self.hitbench("virtual", {
                "clock": "virtual", "app": {"clients": VIRTUAL_CLIENTS}, "rounds": 1,
                "workload": {"keys": {"distribution": "zipf", "count": MEMORY_KEYS}, "value_bytes": 100},
                "measure": {"operations": operations}, "origin": {"type": "simulated", "concurrency": 100},
                "caches": [{"type": "memory", "entries": MEMORY_KEYS}], "strategies": ["cache-aside"]})

        if "virtual" not in self.start_up:
            self.start_up["virtual"] = measure(VIRTUAL_CLIENTS)[1]
        operations = max(100_000, round(self.seconds * 1_500_000))
        cost = 1e9 * (measure(operations)[1] - self.start_up["virtual"]) / operations
        return {"cost": cost, "rate": 1e9 / cost}

    def subjects(self):
        redis, memcached = (f"{kind}://127.0.0.1:{self.ports[kind]}" for kind in ("redis", "memcached"))
        memory = {"type": "memory", "entries": MEMORY_KEYS}
        many = CONNECTIONS * DEPTH
        return {
            "redis hitbench": lambda: self.direct("redis", redis, CONNECTIONS),
            "redis limit": lambda: self.limit("redis", 1),
            "redis redis-benchmark": lambda: self.redis_benchmark(1),
            "memcached hitbench": lambda: self.direct("memcached", memcached, CONNECTIONS),
            "memcached limit": lambda: self.limit("memcached", 1),
            "redis-800 hitbench": lambda: self.direct("redis-800", redis, many),
            "redis-800 limit": lambda: self.limit("redis", DEPTH),
            "redis-800 redis-benchmark": lambda: self.redis_benchmark(DEPTH),
            "memory hitbench": lambda: self.direct("memory", memory, CONNECTIONS, "zipf", MEMORY_KEYS),
            "memory limit": self.memory_limit,
            "virtual hitbench": self.virtual,
        }


def spread(values):
    """Median, extremes and the interquartile range of a few values."""
    if len(values) < 2:
        return values[0], values[0], values[0], 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return statistics.median(values), min(values), max(values), high - low


def figures_table(rounds):
    print(f"\n{'subject':<28}{'CPU ns/op':>10}{'min':>9}{'max':>9}{'IQR':>8}{'ops/s':>12}")
    for name in rounds[0]:
        median, low, high, iqr = spread([figures[name]["cost"] for figures in rounds])
        rate = statistics.median(figures[name]["rate"] for figures in rounds)
        print(f"{name:<28}{median:>10.0f}{low:>9.0f}{high:>9.0f}{iqr:>8.0f}{rate:>12,.0f}")


def verdict_table(rounds, judge):
    """Prints each target beside what was measured; the number of those missed."""
    missed = 0
    print(f"\n{'target':<56}{'median':>9}{'min':>9}{'max':>9}{'at most':>9}")
    rows = [(f"{what} / {why}", [figures[subject]["cost"] / figures[other]["cost"] for figures in rounds], most)
            for what, subject, other, most, why in RATIOS]
    rows += [(why, [figures[subject]["cost"] for figures in rounds], most) for subject, most, _, why in ABSOLUTES]
    for what, values, most in rows:
        median, low, high, _ = spread(values)
        missed += median > most
        verdict = ("  met" if median <= most else "  MISSED") if judge else ""
        print(f"{what:<56}{median:>9.2f}{low:>9.2f}{high:>9.2f}{most:>9.2f}{verdict}")
    return missed


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
    missed = verdict_table(rounds, not options.smoke)
    if options.smoke:
        print("\nOne short round only: no verdict.")
        return 0
    print(f"\n{len(RATIOS) + len(ABSOLUTES) - missed} targets met, {missed} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
