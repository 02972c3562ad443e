"""How fast traces are read and simulated, and what a curve takes in memory. Part of `./dev bench`."""
import re
import statistics
import sys
from pathlib import Path

from made_traces import MEMORY_KEYS

MAKER = Path(__file__).with_name("made_traces.py")
SIZES = (763, 7_634)  # entries
TABLES_BYTES = 16  # of the compact form, for each request and for each key (docs/traces.md)


class Traces:
    """The subjects, on files that are made before the first is measured. `run` runs a command on our core."""

    def __init__(self, build, folder, seconds, run):
        self.build, self.folder, self.run = build, folder, run
        self.requests = min(2_000_000, max(200_000, round(1_000_000 * seconds)))

    def file(self, name):
        """The compact form of a trace of numbers, or a log."""
        if not (self.folder / "monitor.log").exists():
            self.run([sys.executable, "-B", MAKER, self.folder, self.requests])
        path = self.folder / name
        if not path.exists():
            numbers = path.with_suffix(".numbers")
            self.run([self.build / "hitbench", "trace", numbers, "--trace-format", "cache2k", "--to", path])
        return path

    def figures(self, command):
        """What a program of ours prints: names and figures."""
        out = self.run(command).out
        figures = re.findall(r"^(\S+) (\S+)\n", out, re.MULTILINE)
        if len(figures) != out.count("\n"):
            raise SystemExit(f"{command[0]} printed:\n{out}")
        return {name: float(figure) for name, figure in figures}

    def policies(self):
        """CPU ns a request of each policy at each size ("lru-763"), of the curve and of a bare loop."""
        return self.figures([self.build / "bench/policy_speed", self.file("speed.hbt"), *SIZES])

    def readers(self):
        """CPU ns a byte of each log and of a bare loop over its bytes."""
        web, monitor = self.file("web.log"), self.file("monitor.log")
        figures = self.figures([self.build / "bench/reader_speed", web, monitor])
        with monitor.open("rb") as log:
            return figures | {"monitor line": monitor.stat().st_size / sum(1 for _ in log)}

    def memory(self):
        """Bytes a key of the largest resident set, without the trace's own, which is mapped: of LRU at all sizes, and
        of the policy that takes the most, at a size at which nothing is evicted. And what twice the requests change."""
        def rss(name, keys, times, *options):
            command = [self.build / "hitbench", "curve", self.file(name), *options]
            return self.run(command).rss_bytes - TABLES_BYTES * keys * (times + 1)

        def bytes_a_key(*options):
            few, many = rss("few.hbt", MEMORY_KEYS, 1, *options), rss("many.hbt", 2 * MEMORY_KEYS, 1, *options)
            return (many - few) / MEMORY_KEYS

        lru = ("--policies", "lru")
        longer = rss("long.hbt", 2 * MEMORY_KEYS, 2, *lru) / rss("many.hbt", 2 * MEMORY_KEYS, 1, *lru)
        return {"lru": bytes_a_key(*lru), "longer": longer,
                "gdsf": bytes_a_key("--policies", "gdsf", "--sizes", 2 * MEMORY_KEYS)}

    def subjects(self):
        return {"policies": self.policies, "readers": self.readers, "curve memory": self.memory}


def times_bare(name):
    """Of the sizes at which a policy was measured the slowest, in times the bare loop; or a curve."""
    def of(figures):
        return max(ns for each, ns in figures.items() if each.rsplit("-", 1)[0] == name) / figures["bare"]
    return of


def table(policies, readers):
    """Medians over the rounds, as people count them."""
    print(f"\n{'a trace, million requests a second of one core':<56}" + "".join(f"{size:>9,}" for size in SIZES))
    rate = {name: 1000 / statistics.median(each[name] for each in policies) for name in policies[0]}
    for name in dict.fromkeys(name.rsplit("-", 1)[0] for name in rate if name[-1].isdigit()):
        print(f"{name:<56}" + "".join(f"{rate[f'{name}-{size}']:>9.1f}" for size in SIZES))
    print(f"{'LRU at all sizes':<56}{rate['curve']:>9.1f}\n{'a bare loop':<56}{rate['bare']:>9.1f}")
    speed = {name: 1000 / statistics.median(each[name] for each in readers) for name in readers[0]}
    for words, name in (("a web log", "web-log"), ("what MONITOR prints", "redis-monitor")):
        print(f"{words + ', MB/s; a bare loop':<56}{speed[name]:>9.0f}{speed[name + '-bare']:>9.0f}")
    print(f"{'what MONITOR prints, million lines/s':<56}{speed['redis-monitor'] / readers[0]['monitor line']:>9.1f}")
