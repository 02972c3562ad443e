"""Random scenarios: small, short, and legal by the rules of `hitbench list rules`. PARTS names every part that a
scenario can name, with a function that draws its parameters; grammar_test.py fails when hitbench knows a part that is
not here.
"""
import os


def ms(rng, low, high):
    return f"{rng.randint(low, high)}ms"


def maybe(rng, chance, **members):
    return members if rng.random() < chance else {}


def ttl(rng):
    return rng.choice(["20ms", "100ms", "300ms", "1s", "5s", "none"])


def lock(rng):
    return {"ttl": ms(rng, 50, 500), "poll": ms(rng, 1, 30), **maybe(rng, 0.5, wait=ms(rng, 5, 300))}


def sizes(rng):
    return {str(size): rng.randint(1, 5) for size in rng.sample([40, 64, 200, 1000, 9000], 3)}


def pin(rng):
    return maybe(rng, 0.2, pin=str(min(os.sched_getaffinity(0))))


MEMORY_POLICIES = ["lru", "fifo", "clock", "sieve", "s3-fifo", "2q", "slru", "arc", "lirs", "lfu", "w-tinylfu",
                   "gdsf", "random"]
REDIS_ARGUMENTS = [["--appendonly", "yes"], ["--maxclients", "30"], ["--maxmemory", "2mb"]]

# kind -> name -> its parameters. Kinds and names are those of docs/scenario.schema.json.
PARTS = {
    "caches": {
        "none": lambda rng: {},
        "memory": lambda rng: {
            **maybe(rng, 0.5, entries=rng.randint(1, 500)),
            **maybe(rng, 0.5, policy=rng.choice(MEMORY_POLICIES)),
        },
        "redis": lambda rng: {
            "transport": rng.choice(["tcp", "unix"]),
            **maybe(rng, 0.3, policy=rng.choice(["allkeys-lru", "allkeys-random", "volatile-ttl", "noeviction"])),
            **maybe(rng, 0.2, args=rng.choice(REDIS_ARGUMENTS)),
            **maybe(rng, 0.2, server="@redis-server"),
            **pin(rng),
        },
        "memcached": lambda rng: {
            "transport": rng.choice(["tcp", "unix"]),
            **maybe(rng, 0.3, threads=2),
            **maybe(rng, 0.2, args=["-n", "80"]),
            **maybe(rng, 0.2, server="@memcached"),
            **pin(rng),
        },
        "libmemcached": lambda rng: {"transport": rng.choice(["tcp", "unix"]), **pin(rng)},
    },
    "origins": {
        "simulated": lambda rng: {
            "latency": part(rng, "latencies"),
            "concurrency": rng.choice([0, 1, 4]),
            **maybe(rng, 0.2, errors=rng.choice([0.02, 0.5, 1])),
            **maybe(rng, 0.2, write_latency=part(rng, "latencies")),
        },
        "sqlite": lambda rng: maybe(rng, 0.5, synchronous=rng.choice(["off", "normal", "full"])),
    },
    "strategies": {
        "none": lambda rng: {},
        "direct": lambda rng: {"ttl": ttl(rng), **maybe(rng, 0.3, batch=rng.choice([4, 16]))},
        "cache-aside": lambda rng: cached(rng),
        "write-through": lambda rng: cached(rng),
        "write-around": lambda rng: cached(rng),
        "write-behind": lambda rng: {**cached(rng), "on_write": {"type": "behind", **PARTS["on_write"]["behind"](rng)}},
        "read-through": lambda rng: cached(rng),
        "refresh-ahead": lambda rng: cached(rng),
        "stale-while-revalidate": lambda rng: cached(rng),
        "precompute": lambda rng: {"every": ms(rng, 50, 400), "keys": rng.randint(1, 100), "spread": rng.random() / 2},
    },
    "guards": {
        "none": lambda rng: {},
        "single-flight": lambda rng: {},
        "lock": lambda rng: {**lock(rng), **maybe(rng, 0.5, fail_open=False)},
        "xfetch": lambda rng: {"beta": rng.choice([0.5, 1, 5])},
    },
    "on_write": {
        "around": lambda rng: {},
        "invalidate": lambda rng: {},
        "delete-first": lambda rng: {},
        "double-delete": lambda rng: {"delay": ms(rng, 1, 300)},
        "update": lambda rng: {},
        "update-first": lambda rng: {},
        "lock": lambda rng: {},
        "behind": lambda rng: {
            "flush": ms(rng, 1, 300),
            "batch": rng.choice([1, 10, 1000]),
            "queue": rng.choice([1, 50, 10000]),
            "when_full": rng.choice(["block", "reject", "sync", "drop"]),
        },
    },
    "refreshes": {
        "none": lambda rng: {},
        "ahead": lambda rng: {"ahead": rng.choice([0.1, 0.5])},
        "stale_while": lambda rng: {"stale_while": ms(rng, 10, 1000)},
    },
    "keys": {
        "uniform": lambda rng: {},
        "zipf": lambda rng: {"theta": rng.choice([0.5, 0.99, 1.2])},
        "hotspot": lambda rng: {"hot_share": rng.choice([0.5, 0.99])},
        "normal": lambda rng: {},
        "sequential": lambda rng: {},
        "latest": lambda rng: {},
        "trace": lambda rng: {"file": "keys.txt"},
    },
    "values": {
        "fixed": lambda rng: {"bytes": rng.choice([0, 40, 100, 5000])},
        "uniform": lambda rng: {"min": 40, "max": rng.choice([100, 9000])},
        "lognormal": lambda rng: {"median": 200, "sigma": 1},
        "etc": lambda rng: {},
        "list": lambda rng: {"sizes": sizes(rng)},
    },
    "latencies": {
        "fixed": lambda rng: {"value": rng.choice(["0s", "100us", "2ms", "8ms"])},
        "exponential": lambda rng: {"mean": rng.choice(["100us", "2ms"])},
        "lognormal": lambda rng: {"median": "1ms", "sigma": 0.5},
        "empirical": lambda rng: {"file": "times.txt"},
    },
    "arrivals": {
        "closed": lambda rng: maybe(rng, 0.3, think=rng.choice(["1ms", "10ms"])),
        "open": lambda rng: {"rate": rng.choice([50, 500, 3000]), "process": rng.choice(["poisson", "constant"])},
        "barrier": lambda rng: {"every": ms(rng, 50, 300), "warm": rng.random() < 0.5},
    },
}
DISCRIMINATORS = {"keys": "distribution", "values": "distribution", "latencies": "distribution", "arrivals": "loop"}


def part(rng, kind, *names):
    name = rng.choice(names or list(PARTS[kind]))
    return {DISCRIMINATORS.get(kind, "type"): name, **PARTS[kind][name](rng)}


def cached(rng):
    """The parameters that the composed strategies share."""
    members = {"ttl": ttl(rng), **maybe(rng, 0.5, guard=part(rng, "guards"))}
    if rng.random() < 0.4:
        members["on_write"] = part(rng, "on_write")
    if rng.random() < 0.3:
        name = rng.choice(list(PARTS["refreshes"]))
        members["refresh"] = "none" if name == "none" else PARTS["refreshes"][name](rng)
    if rng.random() < 0.2:
        members["ttl_from"] = "access"
    members |= maybe(rng, 0.2, fill="add")
    members |= maybe(rng, 0.3, nulls={"ttl": ttl(rng)})
    members |= maybe(rng, 0.3, fail_safe={"errors": rng.randint(1, 5), "open": ms(rng, 20, 500), "origin_limit": 2})
    return members


def is_a(strategy, member, name):
    return isinstance(strategy.get(member), dict) and strategy[member].get("type") == name


def obey_rules(strategy, scenario, caches):
    """Changes what `hitbench list rules` forbids, as little as it can."""
    arrivals = scenario["workload"]["arrivals"]
    if is_a(strategy, "on_write", "lock"):
        strategy |= {"guard": {"type": "lock"}, "fill": "locked"}
    if strategy["type"] == "refresh-ahead" or "ahead" in (strategy.get("refresh") or {}):
        strategy.pop("ttl_from", None)
    if arrivals.get("warm") and strategy["type"] != "none":  # it waits until the TTL has ended
        strategy["ttl"] = "20ms"
    elif strategy.get("ttl") == "none" and strategy["type"] != "direct":
        strategy["ttl"] = "2s"
    if arrivals["loop"] != "closed" or set(scenario["workload"]["mix"]) != {"read"}:
        strategy.pop("batch", None)
    if scenario["app"]["model"] == "thread" or "libmemcached" in caches:
        if is_a(strategy, "guard", "single-flight") or (strategy["type"] == "read-through" and "guard" not in strategy):
            strategy["guard"] = {"type": "xfetch"}
        if is_a(strategy, "on_write", "behind"):
            strategy["on_write"] = {"type": "update"}
    elif caches == {"redis"} and is_a(strategy, "on_write", "behind") and strategy["on_write"]["batch"] > 1:
        strategy["on_write"]["queue_in"] = "redis"


def mix(rng):
    kinds = rng.choice([["read"], ["read"], ["read", "write"], ["read", "write", "delete"], ["modify", "read"],
                        ["read", "write", "delete", "insert", "modify"]])  # fmt: skip
    hundredths = [rng.randint(1, 15) for _ in kinds[1:]]
    return dict(zip(kinds, [(100 - sum(hundredths)) / 100] + [n / 100 for n in hundredths]))


def workload(rng):
    arrivals = part(rng, "arrivals")
    keys = part(rng, "keys")
    if arrivals["loop"] == "barrier":  # each takes a fresh key: one every 50 ms for 300 s, the longest that is drawn
        keys = keys if keys["distribution"] != "trace" else {"distribution": "uniform"}
        keys["count"] = 6000
    elif keys["distribution"] != "trace":
        keys["count"] = rng.choice([1, 20, 300, 800])
    return {
        "keys": keys,
        "mix": mix(rng),
        "value_bytes": part(rng, "values"),
        "arrivals": arrivals,
        **maybe(rng, 0.2, key_bytes=rng.choice([16, 60, 200])),
        **maybe(rng, 0.2, absent={"share": 0.1, "keys": rng.choice([5, "unique"])}),
    }


def app(rng, may_be_threads):
    clients = rng.choice([1, 3, 10, 40])
    thread = may_be_threads and rng.random() < 0.25
    processes = rng.choice([1, 1, 2, 3])
    return {
        "processes": processes,
        "clients": min(clients, 6) if thread else clients,
        "connections": rng.choice([1, clients]),
        "model": "thread" if thread else "fiber",
        "pool": rng.choice(["fixed", "fixed", "fixed", "per_operation"]),
        "timeout": ms(rng, 60, 300),
        "retries": rng.choice([0, 0, 0, 2]),
        **maybe(rng, 0.1, pin=[min(os.sched_getaffinity(0))] * processes),
    }


def measure(rng, arrivals):
    """(warmup, measure)."""
    warmup = rng.choice([{"operations": 0}, {"operations": 200}, {"duration": "100ms"}, {"preload": True},
                         {"preload": 0.5, "operations": 100}, {"until": "steady", "limit": ms(rng, 50, 300)},
                         {"until": "steady", "operations": 200, "limit": "100ms"}])  # fmt: skip
    if arrivals["loop"] == "closed" and rng.random() < 0.3:
        return warmup, {"operations": rng.randint(50, 3000)}
    return warmup, {"duration": ms(rng, 100, 800)}


def add_fault(rng, scenario, has_private):
    target = rng.choice(["process", "origin"] + ["cache", "cache"] * has_private)
    actions = {"process": ["kill", "stop"], "origin": ["stop", "slow", "fail"], "cache": ["kill", "stop", "slow"]}
    fault = {"at": ms(rng, 0, 99), "target": target, "action": rng.choice(actions[target])}
    if fault["action"] == "slow":
        fault["by"] = ms(rng, 1, 50)
    if rng.random() < 0.6 or "operations" in scenario["measure"]:
        fault["for"] = ms(rng, 1, 300)
    if target == "process":  # a process that starts over cannot take up new keys where the dead one was
        if scenario["app"]["model"] == "thread" or any(cache["type"] == "libmemcached" for cache in scenario["caches"]):
            return
        shares = scenario["workload"]["mix"]
        shares["read"] = round(shares["read"] + shares.pop("insert", 0), 2)
        scenario["workload"].pop("absent", None)
    if target == "origin" and all(strategy["type"] == "direct" for strategy in scenario["strategies"]):
        return
    if target == "cache" and all(strategy["type"] == "none" for strategy in scenario["strategies"]):
        return
    scenario |= {"rounds": 1, "faults": [fault]}


def scenario(rng, caches, is_virtual=False):
    """A scenario over these caches (parts, as in a file)."""
    work = workload(rng)
    if is_virtual and work["arrivals"]["loop"] == "closed":  # else it does millions of operations in no time
        work["arrivals"]["think"] = rng.choice(["1ms", "10ms"])
    warmup, how_long = measure(rng, work["arrivals"])
    names = {cache["type"] for cache in caches}
    made = {
        "seed": rng.randrange(1 << 32),
        "clock": "virtual" if is_virtual else "real",
        "rounds": rng.choice([1, 1, 2, 3]),
        "verify": rng.random() < 0.85,
        "workload": work,
        "app": app(rng, not is_virtual and "memory" not in names),
        "warmup": warmup,
        "measure": how_long,
        "caches": caches,
        "origins": [part(rng, "origins", *(["simulated"] if is_virtual else []))],
        "strategies": [
            part(rng, "strategies", *(["none"] if names == {"none"} else [])) | {"name": f"s{number}"}
            for number in range(rng.choice([1, 1, 2]))
        ],
    }
    for strategy in made["strategies"]:
        obey_rules(strategy, made, names)
    private = is_virtual or all("address" not in cache for cache in caches)
    if rng.random() < 0.25:
        add_fault(rng, made, private and names != {"none"})
    if rng.random() < 0.15:
        made["sweep"] = {"app.clients": [1, 4]}
    return made
