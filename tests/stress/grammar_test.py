"""The grammar of the stress names every part that a scenario can name, and what it draws is legal."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import cases
import scenarios

BINARY = sys.argv[1]
SCHEMA = json.loads(subprocess.run([BINARY, "list", "--schema"], capture_output=True, check=True).stdout)
MOST_REFUSED = 0.1  # of the scenarios: what only the plan of a run can refuse


def names_in(schema, discriminator):
    """Of the parts that a field takes: each is an object whose type (or distribution, loop) is constant."""
    found = set()
    for one in schema.get("anyOf", []):
        constant = one.get("properties", {}).get(discriminator, {}).get("const")
        found |= {constant} if constant else set()
    return found


class Grammar(unittest.TestCase):
    def test_it_knows_every_part(self):
        top = SCHEMA["properties"]
        work = top["workload"]["properties"]
        aside = next(
            one["properties"]
            for one in top["strategies"]["items"]["anyOf"]
            if one.get("properties", {}).get("type", {}).get("const") == "cache-aside"
        )
        simulated = next(
            one["properties"]
            for one in top["origins"]["items"]["anyOf"]
            if one.get("properties", {}).get("type", {}).get("const") == "simulated"
        )
        known = {
            "caches": names_in(top["caches"]["items"], "type"),
            "origins": names_in(top["origins"]["items"], "type"),
            "strategies": names_in(top["strategies"]["items"], "type"),
            "keys": names_in(work["keys"], "distribution"),
            "values": names_in(work["value_bytes"], "distribution"),
            "arrivals": names_in(work["arrivals"], "loop"),
            "latencies": names_in(simulated["latency"], "distribution"),
            "guards": names_in(aside["guard"], "type"),
            "on_write": names_in(aside["on_write"], "type"),
        }
        for kind, names in known.items():
            self.assertGreater(len(names), 1, kind)
            self.assertEqual(names, set(scenarios.PARTS[kind]), kind)

    def test_what_it_draws_is_legal(self):
        refused = []
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("keys.txt", "a\nb\n"), ("times.txt", "1ms\n")):
                (pathlib.Path(folder) / name).write_text(text)
            for number in range(60):
                scenario = cases.draw(7, number)["scenario"]
                for cache in scenario["caches"]:
                    if "address" in cache:
                        cache["address"] = f"{cache['type']}://127.0.0.1:1"
                path = pathlib.Path(folder) / f"{number}.json"
                path.write_text(json.dumps(scenario))
                done = subprocess.run([BINARY, "check", path], capture_output=True, text=True)
                refused += [done.stderr] if done.returncode != 0 else []
        self.assertLessEqual(len(refused), MOST_REFUSED * 60, "".join(refused))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
