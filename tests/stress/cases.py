"""What one case is: a scenario, the command line, the servers of the user's that it runs against, the trouble that is
made meanwhile, and the limits that it runs under. All of it is drawn from the seed and the number of the case."""
import random

import scenarios

FAULTS = "garbage half trickle swap garble error reset silence flood delay other twice".split()
REPORTS = ["table", "csv", "markdown", "junit", "github", "google-benchmark", "benchmark-action", "hgrm", "hlog"]


def draw(seed, number):
    rng = random.Random(f"{seed}/{number}")
    kind = rng.choices(["virtual", "private", "user", "fault"], [2, 4, 3, 4])[0]
    case = {"seed": seed, "case": number, "kind": kind, "servers": {}}
    case["scenario"] = DRAW[kind](rng, case)
    case |= how_it_runs(rng, kind)
    if case["command"] == "find-max":
        case["scenario"] = searched(case["scenario"])
        case["thresholds"] = []
        case["promise"] = f"{row_of(case['scenario'])}:read.response.p99<{rng.choice(['1us', '300us', '5ms'])}"
    case["trouble"] = trouble(rng, kind) if rng.random() < 0.5 else []
    case["limits"] = limits(rng) if rng.random() < 0.2 else {}
    if is_stopped(case) and case["command"] == "run" and rng.random() < 0.5:
        case["scenario"] = endless(case["scenario"])
    return case


def searched(scenario):
    """What the highest rate can be looked for in, in short."""
    scenario = {name: value for name, value in scenario.items() if name not in ("faults", "sweep")}
    work = scenario["workload"] | {"arrivals": {"loop": "open", "rate": 400}}
    return scenario | {"workload": work, "rounds": 1, "measure": {"duration": "60ms"}}


def row_of(scenario):
    cache = scenario["caches"][0]
    is_none = scenario["strategies"][0]["type"] == "none"
    return f"s0/{'none' if is_none else cache.get('name', cache['type'])}"


def is_stopped(case):
    """A user ends the run, whatever it is in the middle of."""
    return any(one["to"] in ("parent", "group") and one["signal"] in ("INT", "TERM", "HUP") for one in case["trouble"])


def endless(scenario):
    """What only the signal ends."""
    scenario = {name: value for name, value in scenario.items() if name not in ("faults", "sweep")}
    if "duration" in scenario["warmup"]:
        return scenario | {"warmup": {"duration": "300s"}}
    return scenario | {"measure": {"duration": "300s"}}


def draw_virtual(rng, _case):
    cache = scenarios.part(rng, "caches", "memory", "memory", "none", "redis", "memcached")
    caches = [{name: value for name, value in cache.items() if name not in ("server", "pin", "args")}]  # of a real one
    return scenarios.scenario(rng, caches, is_virtual=True)


def draw_private(rng, _case):
    caches = [scenarios.part(rng, "caches")]
    if rng.random() < 0.2:
        caches.append(scenarios.part(rng, "caches", "memory") | {"name": "second"})
    return scenarios.scenario(rng, caches)


def user_server(rng, case, **more):
    kind = rng.choice(["redis", "memcached", "redis", "memcached", "libmemcached"])
    if rng.random() < 0.2:  # what is in the user's own keys is worth more than our run
        more["args"] = ["--maxmemory", "2mb", "--maxmemory-policy", "allkeys-lru"] if kind == "redis" else ["-m", "2"]
    case["servers"]["u"] = {"kind": kind, **more}
    return {"type": kind, "address": "@u"}


def draw_user(rng, case):
    return scenarios.scenario(rng, [user_server(rng, case)])


def draw_fault(rng, case):
    names = rng.sample(FAULTS, rng.choice([1, 1, 2, 3]))
    front = {
        "seed": rng.randrange(1 << 32),
        "faults": {name: rng.choice([0.002, 0.02, 0.2]) for name in names},
        "after": rng.choice([0, 5, 100, 400]),
        "transport": rng.choice(["tcp", "unix"]),
    }
    scenario = scenarios.scenario(rng, [user_server(rng, case, front=front)])
    if {"swap", "garble"} & set(names):  # all reads are measured, so that each wrong value must be noticed
        scenario |= {"verify": True, "warmup": {"operations": 0}}
    return scenario


DRAW = {"virtual": draw_virtual, "private": draw_private, "user": draw_user, "fault": draw_fault}


def how_it_runs(rng, kind):
    """The command, and where its report goes."""
    chance = rng.random()
    command = "find-max" if chance < 0.04 else "gate" if chance < 0.15 and kind == "virtual" else "run"
    return {
        "command": command,
        "to": rng.choice(["stdout", "stdout", "file", "closed", "full"]),
        "exports": rng.sample(REPORTS, rng.choice([0, 0, 2])),
        "thresholds": rng.choice([[], [], ["hit_ratio>=0"], ["read.response.p99<50ms"], ["read.response.p99<1ns"]]),
        "reported_as": rng.choice([None, *REPORTS]),
    }


SIGNALS = {
    "parent": ["INT", "TERM", "HUP", "INT", "TERM", "KILL", "QUIT", "PIPE", "WINCH"],
    "group": ["INT", "TERM", "HUP"],
    "child": ["KILL", "KILL", "SEGV", "TERM", "HUP", "STOP"],
    "watchdog": ["KILL", "TERM", "STOP"],
    "server": ["KILL", "KILL", "STOP", "TERM"],
}


def one_signal(rng, kind):
    to = rng.choice(["parent", "parent", "group", "child", "watchdog"] + ["server"] * (kind != "virtual"))
    return {
        "to": to,
        "signal": rng.choice(SIGNALS[to]),
        "once": rng.choice(["started", "running", "running"]),
        "then": rng.choice([0, rng.uniform(0, 0.1), rng.uniform(0, 1)]),
        "which": rng.randrange(1 << 16),
        # Of a stop, before it goes on; a child and a server need not.
        "lasts": None if to in ("child", "server") and rng.random() < 0.3 else rng.uniform(0, 0.5),
    }


def trouble(rng, kind):
    first = one_signal(rng, kind)
    chance = rng.random()
    if chance < 0.15:  # as timeout(1) does: the process and its group at once
        return [first | {"to": "parent", "signal": "TERM"}, {**first, "to": "group", "signal": "TERM", "then": 0}]
    if chance < 0.25:  # nobody is left to clean up
        return [first | {"to": "watchdog", "signal": "KILL"}, {**first, "to": "parent", "signal": "KILL", "then": 0}]
    return [first] if chance < 0.8 else [first, one_signal(rng, kind)]


def limits(rng):
    return rng.choice([
        {"files": rng.choice([8, 16, 24, 40, 80])},
        {"disk": rng.choice([4 << 10, 64 << 10, 512 << 10, 4 << 20])},
        {"memory": rng.choice([64 << 20, 256 << 20])},
        {"no_directory": True},
    ])  # fmt: skip
