"""Does the gate cry wolf? Real Redis gated against itself, and against one that answers 100 µs later."""
import json
import subprocess
import sys

from targets import MET, MISSED, NOT_MEASURED

ITSELF = 20
MOST_ALARMS = 1  # under 1 % a gate: two or more of twenty come with a chance of 1.7 %
SCENARIO = {
    "rounds": 1, "workload": {"keys": {"distribution": "uniform", "count": 10_000}, "value_bytes": 100},
    "app": {"clients": 8, "connections": 8}, "warmup": {"operations": 5_000}, "measure": {"duration": "300ms"},
    "caches": ["redis"], "strategies": ["direct"]}
SLOWED = 'faults=[{"at": "0s", "target": "cache", "action": "slow", "by": "100us"}]'
SLOWER = {0: ("not found", MISSED), 3: ("REGRESSED", MET), 4: ("invalid", NOT_MEASURED)}  # by exit code


def gate(build, folder, candidate, *options):
    """The exit code of one gate."""
    file = folder / "gate.json"
    file.write_text(json.dumps(SCENARIO))
    command = [build / "hitbench", "gate", file, "--base", 'question="the same"', "--candidate", candidate, *options]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 3, 4):
        raise SystemExit(f"the gate failed with exit {done.returncode}:\n{done.stderr}")
    return done.returncode


def judge_gates(build, folder, smoke):
    """Prints what the gates said; the verdicts on their two promises."""
    times = 1 if smoke else ITSELF
    options = ["--pairs", 6, "--budget", "2s"] if smoke else ["--budget", "10s"]
    options = [str(option) for option in options]
    codes = []
    for i in range(times):
        print(f"gate {i + 1} of {times}", file=sys.stderr)
        codes.append(gate(build, folder, 'question="still the same"', *options))
    alarms, invalid = codes.count(3), codes.count(4)
    slower = gate(build, folder, SLOWED, *options)
    print(f"\nredis gated against itself, {times} times: {alarms} alarms (at most {MOST_ALARMS}), {invalid} invalid")
    said, verdict = SLOWER[slower]
    print(f"redis gated against one that is 100 µs slower: {said}")
    return [verdict_on_itself(times, alarms, invalid), verdict]


def verdict_on_itself(times, alarms, invalid):
    """An invalid gate has judged nothing; where most are, nobody knows how many alarms there would be."""
    if alarms > MOST_ALARMS:
        return MISSED
    return NOT_MEASURED if 2 * invalid > times else MET
