"""What `./dev twins` compares: the cells. Each is a scenario that runs on real servers and on their twins."""
import dataclasses

from twin_judge import PERCENT, POINTS, Bound

ORIGIN = {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "100us"}}
STRICT = Bound(POINTS, 0.5, 0.2)  # hit ratio, turnover of at least 5 s
FAST = Bound(POINTS, 1.0, 0.5)  # turnover of 0.1 to 5 s: what a clock of one second cannot tell apart counts more
MEMCACHED = Bound(POINTS, 0.7, 0.3)
ENTRIES = Bound(PERCENT, 2, 1)
BYTES = Bound(PERCENT, 2, 1)
OVER_TIME = Bound(PERCENT, 5, 2)
FAULT = Bound(PERCENT, 10, 5, slack=2)  # counts
RETURN = Bound(PERCENT, 10, 5, slack=1)  # s: hits are counted in whole seconds

ZIPF = {"distribution": "zipf", "count": 200_000, "theta": 0.9}
FLAT = ["-o", "no_modern"]


@dataclasses.dataclass(frozen=True)
class Cell:
    """`scenario` has one cache and one strategy unless it sweeps; `trace` is a file that it needs, by its name. `makes`
    is a trace with TTLs that is made for it, of the keys of `trace` if there is one: (kind, requests/s, s)."""

    name: str
    scenario: dict
    bound: Bound
    trace: str | None = None
    makes: tuple[str, int, int] | None = None


def replay(keys, rate, seconds, cache, strategy=None, **workload):
    """Cache-aside from empty, reads only, at a steady rate."""
    return {
        "rounds": 1,
        "workload": {"keys": keys, "key_bytes": 16, "value_bytes": 100, "mix": {"read": 1},
                     "arrivals": {"loop": "open", "rate": rate, "process": "constant"}} | workload,
        "app": {"clients": 4, "connections": 4, "timeout": "30s"}, "warmup": {"operations": 0},
        "measure": {"duration": f"{seconds}s"}, "origin": ORIGIN, "caches": [cache],
        "strategies": [strategy or {"type": "cache-aside", "ttl": "none"}]}


def redis(memory, policy):
    return {"type": "redis", "memory": memory, "policy": policy}


def memcached(memory, *args):
    return {"type": "memcached", "memory": memory, "threads": 1, "args": list(args)}


FORMATS = {"OLTP.lis.zst": "arc", "orm-busy.trace.xz": "cache2k", "web07.trace.xz": "cache2k"}


def of_trace(file, rate, seconds, memory, policy, bound):
    """The keys of the first rate * seconds requests of a trace."""
    name = f"{file.split('.')[0]}, {policy}, {memory}, {rate:,}/s for {seconds} s"
    keys = {"distribution": "trace", "file": file, "format": FORMATS[file]}
    return Cell(name, replay(keys, rate, seconds, redis(memory, policy)), bound, file)


def of_zipf(rate, seconds, memory, policy, bound, ttl=None):
    name = f"zipf 0.9, {policy}, {memory}, {rate:,}/s for {seconds} s"
    strategy = {"type": "cache-aside", **(ttl or {"ttl": "none"})}
    return Cell(name, replay(ZIPF, rate, seconds, redis(memory, policy), strategy), bound)


def of_made(kind, source, memory, policy, bound, rate, seconds):
    """A trace in which each key has a TTL of its own."""
    name = f"{kind}, {policy}, {memory}, {rate:,}/s for {seconds} s"
    scenario = replay(None, rate, seconds, redis(memory, policy))
    workload = scenario["workload"]
    for field in ("keys", "mix", "arrivals", "key_bytes"):
        del workload[field]
    workload["trace"] = {"pace": 1, "format": "csv:time=time,key=key,op=op,value_bytes=size,ttl=ttl,found=found"}
    return Cell(name, scenario, bound, source, (kind, rate, seconds))


TTL_HEAVY, OLTP_TTL = "TTL-heavy", "OLTP with TTLs"


def strict_cells():
    """Redis at a pace that leaves entries at least 5 s: twelve of trace x size x policy."""
    lru, lfu, random, ttl = "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-ttl"
    oltp, orm, web = FORMATS
    return [
        of_trace(oltp, 4_000, 110, "4MiB", lru, STRICT), of_trace(oltp, 4_000, 110, "4MiB", lfu, STRICT),
        of_trace(oltp, 3_000, 110, "3500KiB", random, STRICT),
        of_made(OLTP_TTL, oltp, "4MiB", ttl, STRICT, 4_000, 110),
        of_trace(orm, 8_000, 100, "3MiB", lru, STRICT), of_trace(orm, 8_000, 100, "3MiB", lfu, STRICT),
        of_trace(orm, 6_000, 100, "3MiB", random, STRICT),
        of_trace(web, 800, 95, "1700KiB", lru, STRICT), of_trace(web, 800, 95, "1700KiB", lfu, STRICT),
        of_zipf(5_000, 110, "8MiB", lru, STRICT), of_zipf(5_000, 110, "8MiB", lfu, STRICT),
        of_made(TTL_HEAVY, None, "3MiB", ttl, STRICT, 4_000, 110)]


def fast_cells():
    oltp, orm, _ = FORMATS
    return [
        of_trace(oltp, 10_000, 50, "2MiB", "allkeys-lru", FAST), of_trace(orm, 10_000, 50, "2MiB", "allkeys-lfu", FAST),
        of_zipf(10_000, 40, "4MiB", "allkeys-lru", FAST),
        of_zipf(10_000, 40, "3MiB", "volatile-ttl", FAST, {"ttl": "20s", "ttl_jitter": 0.9})]


def memcached_cells():
    """Segmented and flat, values of 100 bytes and of Facebook's ETC pool."""
    cells = []
    for order, args in (("segmented", ()), ("flat", FLAT)):
        cells.append(Cell(f"zipf 0.9, {order}, 100 B, 6MiB, 6,000/s for 100 s",
                          replay(ZIPF, 6_000, 100, memcached("6MiB", *args)), MEMCACHED))
        scenario = replay(ZIPF, 6_000, 100, memcached("16MiB", *args), value_bytes="etc", key_bytes=31)
        cells.append(Cell(f"zipf 0.9, {order}, ETC sizes, 16MiB, 6,000/s for 100 s", scenario | {"verify": False},
                          MEMCACHED))
    return cells


def size_cells():
    """Everything fits: what an entry takes, by length of key and value, with and without a TTL."""
    cells = []
    for cache in (redis("256MiB", "noeviction"), memcached("256MiB")):
        for keys, values in ((3_000, (1, 30, 300, 3_000)), (300, (30_000, 100_000))):
            scenario = replay({"distribution": "uniform", "count": keys}, 1_000, 1, cache)
            scenario |= {"verify": False, "warmup": {"preload": True, "operations": 0},
                         "measure": {"duration": "300ms"},
                         "sweep": {"workload.key_bytes": [8, 40, 200], "workload.value_bytes": list(values)},
                         "strategies": [{"type": "cache-aside", "name": "no-TTL", "ttl": "none"},
                                        {"type": "cache-aside", "name": "TTL", "ttl": "1h"}]}
            cells.append(Cell(f"{cache['type']}, {keys:,} entries", scenario, BYTES))
    return cells


# TTL in s: when memory is looked at, s. It is a sawtooth: Memcached drops what expired in a second at once, a third of
# all with a TTL of 1 s, so that the short TTLs have moments that are spread over a second.
EXPIRY = {1: (1, 4, 4.2, 4.4, 4.6, 4.8, 9), 10: (6, 13, 13.25, 13.5, 13.75, 31), 60: (45, 75, 100)}


def expiry_cells():
    """Nothing is evicted: what expires, and when it leaves. A run for each point in time."""
    cells = []
    for cache in (redis("256MiB", "noeviction"), memcached("256MiB")):
        for ttl, points in EXPIRY.items():
            for seconds in points:
                scenario = replay({"distribution": "uniform", "count": 1_000_000}, 2_000, seconds, cache,
                                  {"type": "cache-aside", "ttl": f"{ttl}s"})
                cells.append(Cell(f"{cache['type']}, TTL {ttl} s, after {seconds} s", scenario, OVER_TIME))
    return cells


FAULTS = {"killed": {"action": "kill"}, "stopped": {"action": "stop"}, "slow": {"action": "slow", "by": "20ms"}}


def fault_cells():
    """The cache is away, or slow, for 2 s: docs/method.md, "Twins"."""
    cells = []
    for kind in ("redis", "memcached"):
        for name, fault in FAULTS.items():
            scenario = replay({"distribution": "zipf", "count": 2_000, "theta": 0.9}, 1_000, 20, kind)
            scenario["app"] = {"clients": 1000, "connections": 50, "timeout": "500ms"}
            scenario["warmup"] = {"preload": True, "operations": 0}
            scenario["origin"] = ORIGIN | {"latency": {"distribution": "fixed", "value": "5ms"}}
            scenario["faults"] = [{"at": "5s", "target": "cache", "for": "2s", **fault}]
            cells.append(Cell(f"{kind} {name}", scenario, FAULT))
    return cells


LATENCY_SHARES = (20, 50, 80)  # % of the capacity
CLIENTS = 50


def latency_scenario(kind, rate=None, seconds=4):
    """Hits only; a closed loop where no rate is given, whose throughput is the capacity."""
    scenario = replay({"distribution": "uniform", "count": 10_000}, rate or 1, seconds, kind,
                      {"type": "direct", "ttl": "none"})
    scenario["app"] = {"clients": CLIENTS, "connections": CLIENTS}
    scenario["warmup"] = {"preload": True, "operations": 5_000}
    scenario["workload"]["arrivals"] = ({"loop": "open", "rate": rate, "process": "poisson"} if rate
                                        else {"loop": "closed"})
    return scenario


def smoke_cells():
    return [Cell("redis, allkeys-lru", replay(ZIPF, 5_000, 2, redis("2MiB", "allkeys-lru")), FAST),
            Cell("memcached, segmented", replay(ZIPF, 5_000, 2, memcached("2MiB")), MEMCACHED)]
