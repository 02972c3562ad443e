#!/usr/bin/env python3
"""Traces and logs by which traces.py measures, made from a seed and the same on every machine. bench.py runs this as a
process of its own, whose memory is in nobody's figure: made_traces.py FOLDER REQUESTS."""
import array
import itertools
import random
import sys
from pathlib import Path

KEYS = 60_000
THETA = 0.9
AGAIN, POPULAR = 0.7, 0.25  # shares: one of the last requests again; a draw of Zipf's; the rest is of a scan
RECENT = 256  # requests
SCANNED = 20_000  # keys, one after the other, again and again

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/7.88.1")

MEMORY_KEYS = 500_000  # more than the processes that start hitbench have in memory, which counts as its own


def key_numbers(requests):
    """Bursts, popular keys and a scan. With two million requests LRU of 763 entries hits 78 % of them, of 7,634 entries
    84 %, about as in the cache of an online shop's object mapper (docs/policies.md)."""
    draw = random.Random(1)
    weights = list(itertools.accumulate((rank + 1) ** -THETA for rank in range(KEYS)))
    popular = itertools.chain.from_iterable(draw.choices(range(KEYS), cum_weights=weights, k=4096)
                                            for _ in itertools.count())
    scan = itertools.cycle(range(KEYS, KEYS + SCANNED))
    keys = array.array("i", (next(popular) for _ in range(RECENT)))
    for i in range(RECENT, requests):
        chance = draw.random()
        if chance < AGAIN:
            keys.append(keys[i - 1 - int(chance / AGAIN * RECENT)])
        else:
            keys.append(next(popular if chance < AGAIN + POPULAR else scan))
    return keys


def write_numbers(path, keys):
    """In the format cache2k: numbers of 32 bits, the most significant byte first."""
    keys = array.array("i", keys)
    if sys.byteorder == "little":
        keys.byteswap()
    path.write_bytes(keys.tobytes())


def write_web_log(path, keys):
    """In the format combined, a request a millisecond."""
    with path.open("w") as log:
        for i, key in enumerate(keys):
            second = i // 1000 % 86_400
            log.write(f'10.{key % 7}.{i % 251}.{key % 241} - - [01/Dec/2025:{second // 3600:02}:{second // 60 % 60:02}:'
                      f'{second % 60:02} +0000] "GET /product/{key}?page={key % 9} HTTP/1.1" 200 {500 + key % 20_000} '
                      f'"https://shop.example/list/{key % 97}" "{AGENTS[key % len(AGENTS)]}"\n')


def write_monitor_log(path, keys):
    """In the format redis-monitor, a tenth of it writes with a TTL."""
    with path.open("w") as log:
        for i, key in enumerate(keys):
            command = f'"SET" "product:{key:09}" "{"v" * 40}" "EX" "60"' if i % 10 == 0 else f'"GET" "product:{key:09}"'
            log.write(f"{1_764_547_200 + i // 1000}.{i % 1000 * 1000:06} [0 127.0.0.1:{50_000 + i % 50}] {command}\n")


def main():
    folder, requests = Path(sys.argv[1]), int(sys.argv[2])
    keys = key_numbers(requests)
    write_numbers(folder / "speed.numbers", keys)
    write_web_log(folder / "web.log", keys[:requests // 10])
    write_monitor_log(folder / "monitor.log", keys[:requests // 5])
    # All keys, once or twice: nothing but their number and that of the requests matters.
    for name, count, times in (("few", MEMORY_KEYS, 1), ("many", 2 * MEMORY_KEYS, 1), ("long", 2 * MEMORY_KEYS, 2)):
        write_numbers(folder / f"{name}.numbers", array.array("i", range(count)) * times)


if __name__ == "__main__":
    main()
