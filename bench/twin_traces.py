"""Traces for `./dev twins`: where the real ones are, and those with a TTL of each key, which are made here."""
import itertools
import os
import random
import struct
import subprocess
from pathlib import Path

from twin_cells import OLTP_TTL, TTL_HEAVY

HEADER_BYTES, REQUESTS_AT = 72, 16  # of the compact form, docs/traces.md
RECORD = struct.Struct("<IIIHH")
VALUE_BYTES = 100
TTLS = {TTL_HEAVY: (2, 60), OLTP_TTL: (20, 600)}  # s: a key's is drawn between, evenly on a logarithmic scale
HEAVY_KEYS, HEAVY_THETA = 40_000, 0.9


def folder_of_traces(root):
    """The folder that HITBENCH_TRACES names, else shared/traces beside the checkout; it need not be there."""
    return Path(os.environ.get("HITBENCH_TRACES") or root.parent / "shared" / "traces")


def key_numbers(hitbench, trace, folder, count):
    """The first keys of a trace, as numbers."""
    compact = folder / f"{trace.name}.hbt"
    if not compact.exists():
        subprocess.run([hitbench, "trace", trace, "--to", compact], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    with compact.open("rb") as file:
        header = file.read(HEADER_BYTES)
        requests = struct.unpack_from("<Q", header, REQUESTS_AT)[0]
        records = file.read(RECORD.size * min(count, requests))
    return [record[0] for record in RECORD.iter_unpack(records)]


def zipf_numbers(draw, count):
    weights = list(itertools.accumulate((rank + 1) ** -HEAVY_THETA for rank in range(HEAVY_KEYS)))
    return draw.choices(range(HEAVY_KEYS), cum_weights=weights, k=count)


def ttl_of(kind, key):
    """In whole seconds, always the same for a key."""
    least, most = TTLS[kind]
    return round(least * (most / least) ** random.Random(f"{kind} {key}").random())


def write_trace(path, kind, keys, rate):
    """A request every 1 / rate s. The first of a key is a miss and the fill that tells its TTL."""
    seen = set()
    with path.open("w") as file:
        file.write("time,key,op,size,ttl,found\n")
        for i, key in enumerate(keys):
            time, name = f"{1_000_000 + i / rate:.6f}", f"key:{key:012}"
            if key in seen:
                file.write(f"{time},{name},get,{VALUE_BYTES},,1\n")
            else:
                seen.add(key)
                file.write(f"{time},{name},get,,,0\n{time},{name},set,{VALUE_BYTES},{ttl_of(kind, key)},\n")


def made_trace(hitbench, makes, source, folder):
    """The file of a made trace, made if it is not there yet."""
    kind, rate, seconds = makes
    path = folder / f"{kind.replace(' ', '-')}-{rate}-{seconds}.csv"
    if not path.exists():
        count = rate * seconds
        keys = key_numbers(hitbench, source, folder, count) if source else zipf_numbers(random.Random(1), count)
        write_trace(path, kind, keys, rate)
    return path
