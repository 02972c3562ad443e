"""A shipped scenario comes to the same conclusion on the servers and on their twins: each is run in both clocks, with
fewer rows and in a shorter time. What is compared are the outcomes of claims, which row is better, and counts; times
only by their order."""
import json
import re

from cli_case import SCENARIOS, Case, needs, run_tests

TRIES = 4  # of a real run, which the machine may disturb: what differs for another reason differs every time


def shipped(name):
    """The scenario as it is shipped, without its answer, which would need all rows."""
    text = re.sub(r"(?m)(^|\s)//.*$", "", (SCENARIOS / f"{name}.json").read_text())
    scenario = json.loads(text)
    del scenario["answer"]
    return scenario


def name_of(part):
    return part if isinstance(part, str) else part.get("name", part["type"])


def rows_of(scenario, *names):
    """Only these strategies or caches."""
    for kind in ("strategies", "caches"):
        chosen = [part for part in scenario[kind] if name_of(part) in names]
        scenario[kind] = chosen or scenario[kind]
    return scenario


def stale_share(row):
    return row["consistency"]["stale_reads"] / sum(row["reads"].values())


def by(rows, figure):
    """The rows' names, by this figure of theirs."""
    return sorted(rows, key=lambda name: figure(rows[name]))


def hit_ratio(row):
    reads = row["reads"]
    return (reads["fresh_hit"] + reads["stale_hit"]) / (reads["fresh_hit"] + reads["stale_hit"] + reads["miss"])


@needs("redis")
class Agreement(Case):
    def conclusion(self, scenario, conclude):
        """What `conclude` makes of the rows, and the verdicts of the claims."""
        rows, result = self.result_of(scenario)
        report = self.run_it("report").stdout
        section = re.search(r"\nClaims\n(.*?)\n\n", report, re.S)
        verdicts = re.findall(r"^  (\S+) ", section[1], re.M) if section else []
        self.assertEqual(len(verdicts), len(result["claims"] or []), report)
        return conclude(rows), verdicts

    def agreed(self, scenario, conclude):
        """What both clocks conclude."""
        scenario = dict(scenario, rounds=1)
        virtual = self.conclusion(dict(scenario, clock="virtual"), conclude)
        for _ in range(TRIES):
            real = self.conclusion(dict(scenario, clock="real"), conclude)
            if real == virtual:
                break
        self.assertEqual(real, virtual)
        self.check_no_server_left()
        return virtual

    def test_cache_down(self):
        scenario = shipped("cache-down")
        del scenario["sweep"]
        scenario["workload"]["arrivals"]["rate"] = 400
        scenario["app"].update(clients=100, connections=100)
        scenario["measure"]["duration"] = "1200ms"
        scenario["faults"][0].update({"at": "400ms", "for": "500ms"})
        failed, _ = self.agreed(
            scenario, lambda rows: {name for name, row in rows.items() if row["reads"]["failed"] > 0}
        )
        self.assertEqual(failed, {"no-fail-safe/remote"})

    def test_restart(self):
        scenario = shipped("restart")
        del scenario["sweep"]
        scenario["workload"]["arrivals"]["rate"] = 500
        scenario["measure"]["duration"] = "1s"
        scenario["faults"][0]["at"] = "400ms"
        loaded, _ = self.agreed(
            scenario, lambda rows: {name for name, row in rows.items() if row["origin_load"]["loads"] > 40}
        )
        self.assertEqual(loaded, {"cache-aside/in-process"})  # a process that dies leaves the shared cache as it is

    def test_aof(self):
        # The twin takes no snapshots. What everysec loses on the real server depends on whether the kill falls into a
        # sync, as the scenario says.
        scenario = rows_of(shipped("aof"), "nothing", "aof-always")
        scenario["claims"] = [claim for claim in scenario["claims"] if "everysec" not in claim["holds_if"]]
        scenario["measure"]["duration"] = "600ms"
        scenario["faults"][0]["at"] = "550ms"
        lost, verdicts = self.agreed(
            scenario, lambda rows: {name for name, row in rows.items() if row["consistency"]["lost_writes"] > 0}
        )
        self.assertEqual((lost, verdicts), ({"write-behind/nothing"}, ["holds", "holds"]))

    def test_same_ram(self):
        scenario = shipped("same-ram")
        scenario["workload"]["keys"]["count"] = 35000
        scenario["workload"]["arrivals"]["rate"] = 8000
        scenario["warmup"]["duration"] = "2500ms"
        scenario["measure"]["duration"] = "1s"
        for cache in scenario["caches"]:
            cache["memory"] = "12MiB"
        predicted = {}

        def about(rows):
            """Which hits more; and the twins' hit ratios, which are the servers' too where less than 1.5 points off."""
            ratios = {name: hit_ratio(row) for name, row in rows.items()}
            if not predicted:
                predicted.update(ratios)
            if all(abs(ratios[name] - predicted[name]) < 0.015 for name in ratios):
                ratios = predicted
            return by(rows, hit_ratio), dict(ratios)

        self.agreed(scenario, about)

    def test_stampede(self):
        scenario = rows_of(shipped("stampede"), "single-flight", "lock")
        for strategy in scenario["strategies"]:
            strategy["ttl"] = "500ms"
        scenario["measure"]["duration"] = "1200ms"
        _, verdicts = self.agreed(
            scenario, lambda rows: by(rows, lambda row: row["origin_load"]["loads_per_expiry"])
        )
        self.assertEqual(verdicts, ["holds", "fails"])

    def test_counters(self):
        scenario = rows_of(shipped("counters"), "write-behind")
        scenario["measure"]["duration"] = "800ms"
        lost, _ = self.agreed(
            scenario, lambda rows: {name for name, row in rows.items() if row["consistency"]["lost_updates"]}
        )
        self.assertEqual(lost, {"write-behind/remote?app.processes=2"})

    def test_how_old(self):
        scenario = rows_of(shipped("how-old"), "ttl", "since-last-read")
        scenario["workload"].update(mix={"read": 0.9, "write": 0.1})
        scenario["origin"]["latency"]["value"] = "20ms"
        for strategy in scenario["strategies"]:
            strategy["ttl"] = "400ms"
        scenario["workload"]["arrivals"]["rate"] = 800
        scenario["measure"]["duration"] = "1s"
        self.agreed(scenario, lambda rows: by(rows, lambda row: row["consistency"]["max_staleness_ns"]))

    def test_load_against_invalidation(self):
        scenario = rows_of(shipped("load-against-invalidation"), "delete-after", "delete-first")
        scenario["workload"]["mix"] = {"read": 0.99, "write": 0.01}
        scenario["workload"]["arrivals"]["rate"] = 1000
        scenario["measure"]["duration"] = "700ms"
        order, _ = self.agreed(scenario, lambda rows: by(rows, stale_share))
        self.assertEqual(order, ["delete-after/remote", "delete-first/remote"])

    def test_warming(self):
        scenario = shipped("warming")
        scenario["origins"] = scenario["origins"][1:]
        scenario["origins"][0]["latency"].update(median="30ms", sigma=0.5)
        for strategy in scenario["strategies"]:
            strategy.update(every="150ms", ttl="150ms" if strategy["name"] == "ttl-300s" else "300ms")
        scenario["workload"]["arrivals"]["rate"] = 400
        scenario["warmup"]["duration"] = "300ms"
        scenario["measure"]["duration"] = "1200ms"
        self.agreed(scenario, lambda rows: by(rows, lambda row: row["reads"]["miss"]))

    def test_who_is_stale(self):
        scenario = rows_of(shipped("who-is-stale"), "delete-first", "lock")
        del scenario["faults"], scenario["claims"]
        scenario["workload"]["arrivals"]["rate"] = 1500
        scenario["measure"]["duration"] = "700ms"
        stale, _ = self.agreed(scenario, lambda rows: [name for name, row in rows.items() if stale_share(row)])
        self.assertEqual(stale, ["delete-first/remote"])

    def test_null_lookups(self):
        scenario = rows_of(shipped("null-lookups"), "nulls")
        scenario["workload"]["keys"]["count"] = 500
        scenario["sweep"]["workload.absent.keys"] = [20, "unique"]
        scenario["measure"]["duration"] = "800ms"
        helped, _ = self.agreed(
            scenario,
            lambda rows: {name for name, row in rows.items() if row["origin_load"]["loads"] < 0.06 * row["operations"]},
        )
        self.assertEqual(helped, {"nulls/remote?workload.absent.keys=20"})

    def test_which_ttl(self):
        scenario = rows_of(shipped("which-ttl"), "1s", "no-ttl")
        scenario["strategies"][0]["ttl"] = "100ms"
        scenario["workload"]["keys"]["count"] = 100
        scenario["workload"]["arrivals"]["rate"] = 1000
        scenario["measure"]["duration"] = "700ms"
        self.agreed(scenario, lambda rows: (by(rows, hit_ratio), by(rows, stale_share)))


if __name__ == "__main__":
    run_tests()
