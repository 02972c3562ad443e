"""Runs cells of `./dev twins` on both clocks and makes rows of figures of the results."""
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from twin_cells import BYTES, ENTRIES, FAULT, OVER_TIME, RETURN
from twin_judge import NOT_MEASURED, Row, judged, judged_mean, shown, turnover
from twin_traces import made_trace

MOST_FAILED = 0.001  # share of the operations: a row with more has measured something else
RATIO = "{:.4f}"


class Failed(Exception):
    """hitbench did not run the cell, and why."""


class Runner:
    """Runs scenarios in a folder of its own, where results and made traces are kept until the end. Results of real runs
    are kept in the folder `kept`, if there is one, and taken from there if they are of the same scenario. `servers`
    are programs by type of cache, in place of those in PATH; `redis_version` is that of Redis' twin, if it is set."""

    def __init__(self, build, folder, traces, kept=None, servers=None, redis_version=None):
        self.hitbench, self.folder, self.traces = Path(build) / "hitbench", Path(folder), Path(traces)
        self.kept, self.servers, self.redis_version = kept, servers or {}, redis_version
        if kept:
            kept.mkdir(parents=True, exist_ok=True)
        user = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "hitbench/calibration.json"
        self.state = self.folder / "state"  # not in place of the user's last result
        (self.state / "hitbench").mkdir(parents=True)
        self.times = "the user's calibration" if user.exists() else "shipped"  # of the twins
        if user.exists():
            shutil.copy(user, self.state / "hitbench")

    def run(self, name, scenario, clock):
        """The rows of the result."""
        given = self.served if clock == "real" else self.modeled
        scenario = scenario | {"caches": [given(cache) for cache in scenario["caches"]]}
        kept = self.kept / self.name_of(name, scenario) if self.kept and clock == "real" else None
        if kept and kept.exists():
            return json.loads(kept.read_text())["runs"]
        base = "".join(letter if letter.isalnum() else "-" for letter in f"{name} {clock}")
        file, output = self.folder / f"{base}.json", self.folder / f"{base}.result.json"
        file.write_text(json.dumps(scenario))
        command = [self.hitbench, "run", file, "--clock", clock, "--format", "json", "--output", output, "--quiet"]
        done = subprocess.run(command, env=os.environ | {"XDG_STATE_HOME": str(self.state)}, text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if not output.exists():
            raise Failed(f"{clock}: exit {done.returncode}: {done.stderr.strip()}")
        rows = json.loads(output.read_text())["runs"]
        for row in rows:
            if row["skipped"] is not None:
                raise Failed(f"{clock}: {row['name']}: {row['skipped']}")
        if kept:
            shutil.copy(output, kept)
        return rows

    def served(self, cache):
        """A cache of a scenario, by the program that was given for its type."""
        fields = {"type": cache} if isinstance(cache, str) else cache
        program = self.servers.get(fields["type"])
        return fields | {"server": str(program)} if program else cache

    def modeled(self, cache):
        """A cache of a scenario, by the version that was given."""
        fields = {"type": cache} if isinstance(cache, str) else cache
        return fields | {"version": self.redis_version} if self.redis_version and fields["type"] == "redis" else cache

    def name_of(self, name, scenario):
        """The same for the same scenario, wherever the traces are."""
        words = json.dumps([name, scenario], sort_keys=True)
        for folder in (self.folder, self.traces):
            words = words.replace(str(folder), "")
        return hashlib.sha256(words.encode()).hexdigest()[:16] + ".json"

    def missing(self, cell):
        """Why a cell cannot run here, or None."""
        if cell.trace and not (self.traces / cell.trace).exists():
            return f"no {cell.trace} in the folder of traces (HITBENCH_TRACES)"
        return None

    def scenario(self, cell):
        """With the paths of the traces that it names."""
        workload = cell.scenario["workload"]
        if cell.makes:
            source = self.traces / cell.trace if cell.trace else None
            file = made_trace(self.hitbench, cell.makes, source, self.folder)
            workload = workload | {"trace": workload["trace"] | {"file": str(file)}}
        elif cell.trace:
            workload = workload | {"keys": workload["keys"] | {"file": str(self.traces / cell.trace)}}
        return cell.scenario | {"workload": workload}

    def both(self, cell):
        """Pairs (real, predicted) of rows."""
        scenario = self.scenario(cell)
        real, predicted = (self.run(cell.name, scenario, clock) for clock in ("real", "virtual"))
        return list(zip(real, predicted, strict=True))


def remarks(real):
    """What the reader of a real row should know, in words; nothing if all is well."""
    words = []
    if not real["validity"]["valid"]:
        words.append("hitbench calls the times of the real run invalid (" + ", ".join(real["validity"]["reason_ids"]) +
                     "); hit ratios and memory do not depend on them")
    if real["pace"] is not None and real["pace"] < 0.99:
        words.append(f"the real run kept {100 * real['pace']:.0f} % of its pace")
    return words


def unfit(cell, real, bound):
    """A row in place of figures where too much of the real run failed; None where it is fit."""
    if (real["failed_share"] or 0) <= MOST_FAILED:
        return None
    why = f"{100 * real['failed_share']:.1f} % failed"
    return Row(cell.name, why, None, None, None, bound, "{}", NOT_MEASURED)


def replay_rows(cell, pairs):
    """Hit ratio, entries and bytes of a replay, and how fast its entries were replaced."""
    (real, predicted), = pairs
    if row := unfit(cell, real, cell.bound):
        return [row], remarks(real)
    held, said = real["backend"], predicted["backend"]
    rows = [judged(cell.name, "hit ratio", real["hit_ratio"], predicted["hit_ratio"], cell.bound, RATIO),
            judged(cell.name, "entries held", held["entries"], said["entries"], ENTRIES),
            judged(cell.name, "bytes per entry", held["memory_bytes_per_entry"], said["memory_bytes_per_entry"], BYTES,
                   "{:,.1f}"),
            shown(cell.name, "evictions", held["evictions"], said["evictions"])]
    times = [turnover(each["backend"]["entries"], each["backend"]["evictions"], each["duration_ns"] / 1e9)
             for each in (real, predicted)]
    return rows + [shown(cell.name, "turnover, s", *times, "{:.2f}")], remarks(real)


def size_rows(cell, pairs):
    """Each length of key and value, with and without a TTL."""
    rows = []
    for real, predicted in pairs:
        figures = [each["backend"]["memory_bytes_per_entry"] for each in (real, predicted)]
        swept = re.sub(r"workload\.(\w+)_bytes=", r" \1 ", real["sweep"])
        name = f"{real['strategy']},{swept}"
        rows.append(judged(cell.name, name, *figures, BYTES, "{:,.1f}"))
    return rows, []


def expiry_rows(cell, pairs):
    (real, predicted), = pairs
    words = [each["backend"]["memory_bytes"] for each in (real, predicted)]
    return [shown(cell.name, "bytes of memory", *words)], remarks(real)


def expiry_means(rows):
    """Of each server and TTL the mean over the points in time."""
    groups = {}
    for row in rows:
        groups.setdefault(row.cell.rpartition(", ")[0], []).append((row.real, row.predicted))
    return [judged_mean(name, f"bytes of memory, mean of {len(pairs)} looks", pairs, OVER_TIME)
            for name, pairs in groups.items()]


def fault_rows(cell, pairs):
    (real, predicted), = pairs
    failed = [each["reads"]["failed"] for each in (real, predicted)]
    away = [seconds(each["recovery"]["hit_ratio_after_heal_ns"]) for each in (real, predicted)]
    peak = [each["recovery"]["origin_loads_peak_s"] for each in (real, predicted)]
    return [judged(cell.name, "failed reads", *failed, FAULT), judged(cell.name, "hits are back after the heal, s",
                                                                      *away, RETURN, "{:.1f}"),
            judged(cell.name, "most origin loads in a second", *peak, FAULT)], []


def seconds(nanoseconds):
    return None if nanoseconds is None else nanoseconds / 1e9
