#!/usr/bin/env python3
"""How close do hitbench's twins of Redis and Memcached come? `./dev twins` runs this: each cell is a scenario that is
run on the real servers and on the twins, and what both say is compared with what was promised. Replays of real traces
need a folder of traces (HITBENCH_TRACES, or shared/traces beside the checkout); without it they are skipped. Exit 1
when a bound is missed, 4 when one could not be judged. `--smoke`: two short cells, no verdict.
"""
import argparse
import concurrent.futures
import dataclasses
import datetime
import json
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import twin_cells
import twin_judge
import twin_latency
import twin_runs
from twin_traces import folder_of_traces

ROOT = Path(__file__).resolve().parent.parent
GROUPS = {
    "redis": ("Redis at a turnover of at least 5 s", twin_cells.strict_cells, twin_runs.replay_rows),
    "fast": ("Redis at a turnover of 0.1 to 5 s", twin_cells.fast_cells, twin_runs.replay_rows),
    "memcached": ("Memcached that evicts", twin_cells.memcached_cells, twin_runs.replay_rows),
    "sizes": ("What an entry takes", twin_cells.size_cells, twin_runs.size_rows),
    "expiry": ("Memory over time with a TTL", twin_cells.expiry_cells, twin_runs.expiry_rows),
    "faults": ("A cache that is killed, stopped or slow for 2 s", twin_cells.fault_cells, twin_runs.fault_rows),
}
LATENCY = "latency"


def rows_of(runner, cell, rows_from):
    """The rows of a cell and remarks; a cell that could not run is one row."""
    why = runner.missing(cell)
    if why:
        return [twin_judge.skipped(cell.name, why)], []
    began = time.monotonic()
    try:
        rows, words = rows_from(cell, runner.both(cell))
    except twin_runs.Failed as failed:
        rows, words = [twin_judge.judged(cell.name, "did not run", None, None, cell.bound)], [str(failed)]
    print(f"{cell.name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return rows, words


def run_group(runner, group, jobs, print_to):
    """Runs a group's cells, `jobs` at a time, and prints them in their order; all its rows."""
    title, cells, rows_from = GROUPS[group]
    print_to(f"\n{title}\n")
    rows = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for cell, (of_cell, words) in zip(cells(), pool.map(lambda cell: rows_of(runner, cell, rows_from), cells())):
            print_cell(cell.name, of_cell, words, print_to)
            rows += of_cell
    if group == "expiry":
        means = twin_runs.expiry_means([row for row in rows if row.verdict == twin_judge.SHOWN])
        for row in means:
            print_cell(row.cell, [row], [], print_to)
        rows += means
    return rows


def print_cell(name, rows, words, print_to):
    print_to(f"{name}\n{twin_judge.HEAD}")
    for row in rows:
        print_to(row.words())
    for each in words:
        print_to(f"  note: {each}")


def machine():
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    cores = len(re.findall(r"^processor", Path("/proc/cpuinfo").read_text(), re.MULTILINE))
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{cores} cores of {model[1] if model else platform.machine()}, {system}, Linux {platform.release()}"


def first_line(*command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return f"{command[0]}: not installed"


def heading(build, command, jobs, times, servers):
    """What is needed to repeat it; `servers` are the programs that were given, by type of cache."""
    return "\n".join([
        f"command:  {command}", f"date:     {datetime.date.today()}",
        f"hitbench: {first_line(build / 'hitbench', '--version')}",
        f"redis:    {first_line(servers.get('redis', 'redis-server'), '--version')}",
        f"memcached: {first_line(servers.get('memcached', 'memcached'), '--version')}",
        f"machine:  {machine()}", f"times:    {times}",
        f"{jobs} cells at a time, each once. Both runs begin with an empty cache, without a warm-up. The times of a",
        "busy machine are not to be trusted; hit ratios, entries and bytes do not depend on them."])


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="the build directory with hitbench")
    parser.add_argument("--smoke", action="store_true", help="two short cells, no verdict: does everything run?")
    parser.add_argument("--only", action="append", choices=[*GROUPS, LATENCY], help="these groups; repeatable")
    parser.add_argument("--jobs", type=int, default=2, help="cells at a time")
    parser.add_argument("--rounds", type=int, default=3, help="of open loops, for their times")
    parser.add_argument("--output", type=Path, help="the report is written to this file, too")
    parser.add_argument("--real", type=Path, help="a folder that keeps the results of real runs; those that are there "
                        "are not measured again, for a look at a twin that was changed")
    parser.add_argument("--redis", type=Path, metavar="PROGRAM", help="another redis-server, compared with the twin")
    parser.add_argument("--memcached", type=Path, metavar="PROGRAM", help="another memcached")
    parser.add_argument("--redis-version", metavar="VERSION", help='"version" of Redis\' twin: 7.0 (default) or 8.0')
    parser.add_argument("--raw", type=Path, help="all rows as JSON")
    return parser.parse_args(arguments)


def smoke(runner):
    for cell in twin_cells.smoke_cells():
        rows, words = rows_of(runner, cell, twin_runs.replay_rows)
        print_cell(cell.name, rows, words, print)
        if any(row.verdict == twin_judge.NOT_MEASURED for row in rows):
            return 1
    print("\nTwo short cells only: no verdict.")
    return 0


def main(arguments):
    options = options_of(arguments)
    lines, rows, summary = [], [], []
    programs = {"redis": options.redis, "memcached": options.memcached}
    servers = {name: program.resolve() for name, program in programs.items() if program}

    def keep(text):
        lines.append(text)
        print(text, flush=True)

    with tempfile.TemporaryDirectory(prefix="hitbench-twins-") as folder:
        runner = twin_runs.Runner(options.build, folder, folder_of_traces(ROOT), options.real, servers,
                                   options.redis_version)
        if options.smoke:
            return smoke(runner)
        for group in options.only or [*GROUPS, LATENCY]:
            if group == LATENCY:
                rows += twin_latency.measure(runner, options.rounds, keep)
                continue
            of_group = run_group(runner, group, options.jobs, keep)
            summary += twin_judge.group_words(GROUPS[group][0], of_group)
            rows += of_group
    sentence, code = twin_judge.conclusion(rows)
    sentence = "\n".join([sentence, *summary])
    command = " ".join(["./dev twins", *arguments[2:]])
    head = heading(options.build, command, options.jobs, runner.times, servers)
    report = f"{sentence}\n\n{head}\n" + "\n".join(lines) + "\n"
    print(f"\n{sentence}")
    if options.output:
        options.output.write_text(report)
    if options.raw:
        options.raw.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=1) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
