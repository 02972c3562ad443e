#!/usr/bin/env python3
"""A server that stands still for a tenth of a second: what hitbench's open loop says of it, against theory, and what is
said without due times. Part of `./dev bench`; alone: bench/stall.py --build build/release [--rounds 5].

2,000 ops/s for 5 s, 8 clients, Redis stopped once for D. An operation that is due u after the stop waits
D - u (1 - rho), so that x_q = D - (1 - q)(1 - rho) T (docs/method.md); rho is the share of its time that the server
needs.
"""
import argparse
import os
import signal
import statistics
import tempfile
import threading
import time
from pathlib import Path

RATE, CLIENTS, SECONDS, STALL = 2_000, 8, 5, 0.1
RHO = 0.03  # of a server that serves some 70,000/s


class Stall:
    """Stops a process in the middle of a run, once; `lasted` is how long it stood, as far as we can tell."""

    def __init__(self, pid, after):
        self.pid, self.lasted = pid, None
        self.timer = threading.Timer(after, self.stop)
        self.timer.start()

    def stop(self):
        begin = time.monotonic()
        os.kill(self.pid, signal.SIGSTOP)
        time.sleep(STALL)
        os.kill(self.pid, signal.SIGCONT)
        self.lasted = time.monotonic() - begin

    def milliseconds(self):
        self.timer.join()
        return 1000 * self.lasted


def hitbench(bench, server, arrivals):
    """The responses and the service times in ms, and how long the stall was."""
    scenario = bench.scenario(f"redis://127.0.0.1:{server.port}", CLIENTS, warmup=0, connections=CLIENTS)
    scenario["measure"] = {"duration": f"{SECONDS}s"}
    scenario["workload"] = scenario["workload"] | {"arrivals": arrivals}
    stall = Stall(server.process.pid, SECONDS / 2)
    run, _ = bench.hitbench("stall", scenario)
    read = run["latency"]["read"]
    return [{q: read[kind][f"{q}_ns"] / 1e6 for q in ("p99", "p99_9", "max")} for kind in ("response", "service")], \
        stall.milliseconds()


def redis_benchmark(bench, server):
    """p99 and max of its closed loop, in ms, with the same stall."""
    command = ["redis-benchmark", "-h", "127.0.0.1", "-p", server.port, "-t", "get", "-c", CLIENTS, "-n",
               60_000 * SECONDS, "--csv"]
    stall = Stall(server.process.pid, 1)
    from subjects import run_on
    line = run_on(bench.core, command).out.strip().split("\n")[-1]
    stall.milliseconds()
    figures = [float(word.strip('"')) for word in line.split(",")[1:]]
    return {"p99": figures[-2], "max": figures[-1]}


def measure(bench, server):
    (response, service), lasted = hitbench(bench, server, {"loop": "open", "rate": RATE, "process": "constant"})
    (closed, _), _ = hitbench(bench, server, {"loop": "closed"})
    theory = {q: lasted - tail * (1 - RHO) * 1000 * SECONDS for q, tail in (("p99", 0.01), ("p99_9", 0.001))}
    return {"p99 off": abs(response["p99"] - theory["p99"]), "p99_9 off": abs(response["p99_9"] - theory["p99_9"]),
            "p99": response["p99"], "p99_9": response["p99_9"], "max": response["max"], "lasted": lasted,
            "theory p99": theory["p99"], "theory p99_9": theory["p99_9"],
            "service p99": service["p99"], "service p99_9": service["p99_9"], "service max": service["max"],
            "closed p99": closed["p99"], "closed p99_9": closed["p99_9"], "closed max": closed["max"],
            **{f"redis-benchmark {name}": value for name, value in redis_benchmark(bench, server).items()}}


def table(rounds):
    """Medians over the rounds, in ms."""
    figure = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    print(f"\n{'a server that stood still once for ' + format(figure['lasted'], '.1f') + ' ms':<56}"
          f"{'p99':>9}{'p99.9':>9}{'max':>9}")
    for what, prefix in (("open loop, response: theory", "theory "), ("open loop, response", ""),
                         ("the same operations from their sending on (service)", "service "),
                         ("closed loop, response", "closed "), ("redis-benchmark", "redis-benchmark ")):
        cells = (figure.get(prefix + name) for name in ("p99", "p99_9", "max"))
        print(f"{what:<56}" + "".join(f"{'-' if cell is None else format(cell, '.2f'):>9}" for cell in cells))


def main():
    from subjects import REDIS, Bench, Server, preload_redis_benchmark_keys
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hitbench-stall-") as folder:
        bench = Bench(options.build, folder, SECONDS, {})
        server = Server(bench.server_core, folder, REDIS)
        try:
            preload_redis_benchmark_keys(server.port)
            table([measure(bench, server) for _ in range(options.rounds)])
        finally:
            server.stop()


if __name__ == "__main__":
    main()
