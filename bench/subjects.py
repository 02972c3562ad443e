"""What bench.py measures: the commands that it runs, the servers that they need, and what each of them costs."""
import concurrent.futures
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import stall
from traces import Traces

KEYS = 10_000  # of 16 bytes, with values of 100 bytes, for every subject
CONNECTIONS = 50
DEPTH = 16
MEMORY_KEYS = 100_000
MEMORY_WARMUP = 500_000  # operations, so that the CPU's caches hold what is hot, as in the bare loop
VIRTUAL_CLIENTS = 1_000
MANY_CONNECTIONS = 1_000
PROCESSES = 4
MANY_CLIENTS = 10_000
MANY_KEYS = 1_000_000_000
LONGER = 3  # times as long runs the one that shows whether memory stays flat


def cores():
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) == 1:
        print("One core only: servers and clients share it, and the ratios say less.", file=sys.stderr)
    return usable[0], usable[-1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Invalid(Exception):
    """A run of hitbench that says of itself that its figures cannot be trusted."""


class Finished:
    """A command that ended well: its output, and of it and its children CPU seconds and the largest resident set."""

    def __init__(self, out, usage):
        self.out = out
        self.cpu = usage.ru_utime + usage.ru_stime
        self.rss_bytes = 1024 * usage.ru_maxrss


def run_on(core, command, stderr=subprocess.STDOUT):
    """Runs a command on one core."""
    with tempfile.TemporaryFile("w+") as out:
        words = ["taskset", "-c", str(core), *map(str, command)]
        process = subprocess.Popen(words, stdout=out, stderr=stderr)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(words)}\nfailed with exit {process.returncode}:\n{said}")
    return Finished(said, usage)


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
# Room for what memcaslap leaves behind in every round: where it is short, a new size of items gets a single slab page.
MEMCACHED = ["memcached", "-p", "PORT", "-l", "127.0.0.1", "-t", "1", "-m", "1024", "-u", "root"]


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
    """The subjects: each method measures once and returns figures by name, such as "cost" (CPU ns/op) and
    "rate" (operations per second); or raises Invalid."""

    def __init__(self, build, folder, seconds, ports):
        self.server_core, self.core = cores()
        self.build, self.folder, self.seconds, self.ports = build, Path(folder), seconds, ports
        self.start_up = {}  # of commands that do nothing: subtracted
        self.traces = Traces(build, self.folder, seconds, lambda command: run_on(self.core, command))

    def hitbench(self, name, scenario):
        file, output = self.folder / f"{name}.json", self.folder / f"{name}.result.json"
        file.write_text(json.dumps(scenario))
        command = [self.build / "hitbench", "run", file, "--format", "json", "--output", output]
        finished = run_on(self.core, command)
        run = json.loads(output.read_text())["runs"][0]
        if run["skipped"] is not None:
            raise SystemExit(f"{run['name']} was skipped: {run['skipped']}")
        if not run["validity"]["valid"]:
            raise Invalid("; ".join(run["validity"]["reasons"]))
        reads = run["reads"]
        if scenario["strategies"] == ["direct"] and (reads["failed"] or reads["miss"]):
            raise SystemExit(f"{run['name']}: {reads['failed']} reads failed, {reads['miss']} missed; all should hit")
        return run, finished

    def scenario(self, cache, clients, distribution="uniform", keys=KEYS, warmup=20_000, verify=True, longer=1, **app):
        return {
            "workload": {"keys": {"distribution": distribution, "count": keys}, "key_bytes": 16, "value_bytes": 100},
            "app": {"clients": clients, "connections": CONNECTIONS} | app, "rounds": 1, "verify": verify,
            "warmup": {"preload": True, "operations": warmup},
            "measure": {"duration": f"{round(1000 * longer * self.seconds)}ms"}, "caches": [cache],
            "strategies": ["direct"]}

    def direct(self, name, cache, clients, *workload, **options):
        run, finished = self.hitbench(name, self.scenario(cache, clients, *workload, **options))
        validity = run["validity"]
        return {"cost": run["client"]["cpu_ns_per_op"], "rate": run["throughput_ops_s"], "rss": finished.rss_bytes,
                "harness": validity["harness_ns_per_op"], "key choice": validity["key_choice_ns"]}

    def limit(self, kind, depth):
        address = f"127.0.0.1:{self.ports[kind]}"
        command = [self.build / "bench/limit", kind, address, CONNECTIONS, depth, self.seconds, KEYS]
        out = run_on(self.core, command).out
        rate, cost = re.fullmatch(r"ops_per_s (\S+) client_cpu_us_per_op (\S+)\n", out).groups()
        return {"cost": 1000 * float(cost), "rate": float(rate)}

    def redis_benchmark(self, depth, connections=CONNECTIONS):
        def command(requests):
            return ["redis-benchmark", "-h", "127.0.0.1", "-p", self.ports["redis"], "-t", "get", "-r", KEYS, "-d", 100,
                    "-c", connections, "-P", depth, "-n", requests, "--csv"]

        name = f"redis-benchmark -c {connections}"
        if name not in self.start_up:
            self.start_up[name] = run_on(self.core, command(connections)).cpu
        requests = round(self.seconds * (70_000 if depth == 1 else 500_000))
        finished = run_on(self.core, command(requests))
        rate = float(finished.out.strip().split("\n")[-1].split(",")[1].strip('"'))
        return {"cost": 1e9 * (finished.cpu - self.start_up[name]) / requests, "rate": rate}

    def memcaslap(self):
        """GETs of 100 B alone. It refuses keys below 17 bytes; its start-up fills the keys."""
        rules = self.folder / "memcaslap.conf"
        rules.write_text("key\n17 17 1\nvalue\n100 100 1\ncmd\n0 0\n1 1.0\n")

        def finished(requests):
            return run_on(self.core, ["memcaslap", "-s", f"127.0.0.1:{self.ports['memcached']}", "-T", 1,
                                      "-c", CONNECTIONS, "-x", requests, "-F", rules, "-w", "2k"])

        if "memcaslap" not in self.start_up:
            self.start_up["memcaslap"] = finished(CONNECTIONS).cpu
        requests = round(self.seconds * 70_000)
        measured = finished(requests)
        rate = float(re.search(r"TPS: (\d+)", measured.out).group(1))  # with the filling
        return {"cost": 1e9 * (measured.cpu - self.start_up["memcaslap"]) / requests, "rate": rate}

    def memory_limit(self, processes=1):
        """One bare loop, or several at once that share the core: the mean."""
        operations = max(200_000, round(self.seconds * 10_000_000 / processes))

        def cost(_):
            out = run_on(self.core, [self.build / "bench/memory_limit", operations, MEMORY_KEYS]).out
            return float(re.fullmatch(r"ns_per_op (\S+)\n", out).group(1))

        with concurrent.futures.ThreadPoolExecutor(processes) as pool:
            mean = statistics.fmean(pool.map(cost, range(processes)))
        return {"cost": mean, "rate": 1e9 / mean}

    def memory_bytes(self):
        out = run_on(self.core, [self.build / "bench/memory_bytes"]).out
        return {"overhead": float(re.fullmatch(r"overhead_bytes_per_entry (\S+)\n", out).group(1))}

    def memory_growth(self):
        """The largest resident set of a run, and of one with four times its operations."""
        def rss(operations):
            cache = {"type": "memory", "entries": KEYS}
            scenario = self.scenario(cache, CONNECTIONS) | {"measure": {"operations": operations}}
            return self.hitbench("growth", scenario)[1].rss_bytes

        operations = max(200_000, round(self.seconds * 500_000))
        return {"growth": rss(4 * operations) / rss(operations)}

    def virtual(self):
        def cpu(operations):
            return self.hitbench("virtual", {
                "clock": "virtual", "app": {"clients": VIRTUAL_CLIENTS}, "rounds": 1,
                "workload": {"keys": {"distribution": "zipf", "count": MEMORY_KEYS}, "value_bytes": 100},
                "measure": {"operations": operations}, "origin": {"type": "simulated", "concurrency": 100},
                "caches": [{"type": "memory", "entries": MEMORY_KEYS}], "strategies": ["cache-aside"]})[1].cpu

        if "virtual" not in self.start_up:
            self.start_up["virtual"] = cpu(VIRTUAL_CLIENTS)
        operations = max(100_000, round(self.seconds * 1_500_000))
        cost = 1e9 * (cpu(operations) - self.start_up["virtual"]) / operations
        return {"cost": cost, "rate": 1e9 / cost}

    def micro(self, name):
        """CPU ns of each case of a micro benchmark: of "strategy_hit", a hit through cache-aside with each guard and
        refresh, and with none; of "check_read_of", what the consistency checker takes from a read."""
        command = [self.build / "bench/micro_bench", f"--benchmark_filter=^{name}/", "--benchmark_format=json",
                   "--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=5",
                   f"--benchmark_min_time={self.seconds / 60:.3f}"]
        runs = json.loads(run_on(self.core, command, stderr=subprocess.DEVNULL).out)["benchmarks"]
        return {run["run_name"].split("/")[1]: run["cpu_time"] for run in runs if run.get("aggregate_name") == "median"}

    def floor(self, arrivals):
        """Median ns of one client's read where nothing is read: of its response, and of its beginning after it was
        due."""
        run, _ = self.hitbench("floor", {
            "workload": {"keys": {"distribution": "uniform", "count": KEYS}, "arrivals": arrivals},
            "app": {"clients": 1, "poll": "sleep"}, "rounds": 1, "verify": False,
            "warmup": {"operations": 100}, "measure": {"duration": f"{round(1000 * self.seconds / 3)}ms"},
            "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "0s"}},
            "strategies": ["none"]})
        read = run["latency"]["read"]
        return {kind: read[kind]["p50_ns"] for kind in ("response", "gen_late")}

    def truth(self):
        """The harness' CPU ns a read-only operation, with and without the consistency checker."""
        def harness(verify):
            scenario = self.scenario({"type": "memory", "entries": KEYS}, CONNECTIONS) | {"verify": verify}
            return self.hitbench("truth", scenario)[0]["validity"]["harness_ns_per_op"]

        return {"told": harness(True), "untold": harness(False)}

    def many_keys(self):
        """CPU seconds of a run that hardly does more than start, over 10^9 keys and over a million times fewer."""
        def cpu(keys):
            return self.hitbench("keys", {
                "clock": "virtual", "app": {"clients": 1}, "rounds": 1, "warmup": {"operations": 0},
                "workload": {"keys": {"distribution": "zipf", "count": keys}, "value_bytes": 100},
                "measure": {"operations": 100}, "strategies": ["none"]})[1].cpu

        return {"many": cpu(MANY_KEYS), "few": cpu(MANY_KEYS // 1_000_000)}

    def stall(self):
        """A server of its own, so that nobody else's stands still."""
        server = Server(self.server_core, str(self.folder), REDIS)
        try:
            preload_redis_benchmark_keys(server.port)
            return stall.measure(self, server)
        finally:
            server.stop()

    def subjects(self):
        redis, memcached = (f"{kind}://127.0.0.1:{self.ports[kind]}" for kind in ("redis", "memcached"))
        memory = {"type": "memory", "entries": MEMORY_KEYS}
        hits = ("zipf", MEMORY_KEYS, MEMORY_WARMUP)
        many = CONNECTIONS * DEPTH
        wide = {"connections": MANY_CONNECTIONS}
        return {
            "redis hitbench": lambda: self.direct("redis", redis, CONNECTIONS),
            "redis unverified": lambda: self.direct("unverified", redis, CONNECTIONS, verify=False),
            "redis limit": lambda: self.limit("redis", 1),
            "redis redis-benchmark": lambda: self.redis_benchmark(1),
            "memcached hitbench": lambda: self.direct("memcached", memcached, CONNECTIONS),
            "memcached unverified": lambda: self.direct("unverified", memcached, CONNECTIONS, verify=False),
            "memcached limit": lambda: self.limit("memcached", 1),
            "memcached memcaslap": self.memcaslap,
            "redis-800 hitbench": lambda: self.direct("redis-800", redis, many),
            "redis-800 unverified": lambda: self.direct("unverified", redis, many, verify=False),
            "redis-800 limit": lambda: self.limit("redis", DEPTH),
            "redis-800 redis-benchmark": lambda: self.redis_benchmark(DEPTH),
            "memcached-800 hitbench": lambda: self.direct("memcached-800", memcached, many),
            "memcached-800 unverified": lambda: self.direct("unverified", memcached, many, verify=False),
            "memcached-800 limit": lambda: self.limit("memcached", DEPTH),
            "redis-wide hitbench": lambda: self.direct("redis-wide", redis, MANY_CONNECTIONS, **wide),
            "redis-wide unverified":
                lambda: self.direct("unverified", redis, MANY_CONNECTIONS, verify=False, **wide),
            "redis-wide longer": lambda: self.direct("longer", redis, MANY_CONNECTIONS, longer=LONGER, **wide),
            "redis-wide redis-benchmark": lambda: self.redis_benchmark(1, MANY_CONNECTIONS),
            "redis-wide threads": lambda: self.direct("redis-threads", redis, MANY_CONNECTIONS, **wide, model="thread"),
            "redis-10000 hitbench": lambda: self.direct("redis-10000", redis, MANY_CLIENTS),
            "memory hitbench": lambda: self.direct("memory", memory, CONNECTIONS, *hits),
            "memory processes": lambda: self.direct("processes", memory, CONNECTIONS, *hits, processes=PROCESSES),
            "memory limit": self.memory_limit,
            "memory limits": lambda: self.memory_limit(PROCESSES),
            "memory bytes": self.memory_bytes,
            "memory growth": self.memory_growth,
            "virtual hitbench": self.virtual,
            "10^9 keys": self.many_keys,
            "strategy hits": lambda: self.micro("strategy_hit"),
            "judged reads": lambda: self.micro("check_read_of"),
            "floor, closed loop": lambda: self.floor({"loop": "closed"}),
            "floor, open loop": lambda: self.floor({"loop": "open", "rate": 1_000}),
            "truth": self.truth,
            "stall": self.stall,
            **self.traces.subjects(),
        }
