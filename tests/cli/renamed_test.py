"""Parts go by what they are, not by what the scenario calls them: every part renamed, gate and report say the same."""
import csv
import io
import json

from cli_case import run_tests, with_changes
from verdict_case import VIRTUAL, VerdictCase

# Each name is that of another part.
NAMES = {"none": "direct", "cache-aside": "none", "memory": "redis"}
ROWS = {"none/none": "direct/none", "cache-aside/memory": "none/redis"}

PLAIN = dict(VIRTUAL, origins=[VIRTUAL["origin"]])
del PLAIN["origin"]
RENAMED = dict(
    PLAIN,
    origins=[dict(VIRTUAL["origin"], name="none")],
    caches=[{"type": "memory", "entries": 300, "name": NAMES["memory"]}],
    strategies=[{"type": "none", "name": NAMES["none"]},
                {"type": "cache-aside", "ttl": "10s", "name": NAMES["cache-aside"]}],
)


class Renamed(VerdictCase):
    def judged(self, scenario, change, expect):
        verdict = self.verdict_of("gate", self.scenario(scenario), "--candidate", change, expect=expect)
        items = {(item["row"], item["metric"]): item for item in verdict["items"]}
        return verdict, items

    def test_a_gate_comes_to_the_same_verdict(self):
        for change, word, code in (("strategies.1.ttl=5ms", "regressed", 3), ("caches.0.entries=600", "improved", 0),
                                   ("strategies.1.ttl=11s", "invalid", 4)):
            plain, items = self.judged(PLAIN, change, code)
            renamed, others = self.judged(RENAMED, change, code)
            self.assertEqual(plain["verdict"], word, change)
            self.assertEqual(renamed["verdict"], word, change)
            self.assertEqual(renamed["differences"], plain["differences"])
            self.assertEqual(renamed["reasons"], plain["reasons"])
            self.assertEqual({(ROWS[row], metric) for row, metric in items}, set(others))
            for (row, metric), item in items.items():
                expected = dict(item, row=ROWS[row])
                self.assertEqual(others[ROWS[row], metric], expected, change)

    def test_a_result_says_what_the_parts_are(self):
        runs, _ = self.result_of(RENAMED)
        baseline, cached = runs["direct/none"], runs["none/redis"]
        self.assertEqual([baseline[part + "_type"] for part in ("strategy", "cache", "origin")],
                         ["none", "none", "simulated"])
        self.assertEqual([cached[part] for part in ("strategy", "cache", "origin")], ["none", "redis", "none"])
        self.assertEqual([cached[part + "_type"] for part in ("strategy", "cache", "origin")],
                         ["cache-aside", "memory", "simulated"])

    def figures_of(self, scenario, name):
        """The report's CSV by row, without the names."""
        report = self.run_it("report", self.saved(scenario, name), "--format", "csv").stdout
        names = ("row", "strategy", "cache", "origin")
        return [{head: cell for head, cell in line.items() if head not in names}
                for line in csv.DictReader(io.StringIO(report))]

    def test_a_report_has_the_same_figures_and_the_same_findings(self):
        self.assertEqual(self.figures_of(RENAMED, "renamed.json"), self.figures_of(PLAIN, "plain.json"))
        plain = self.run_it("report", self.folder / "plain.json", "--details").stdout
        renamed = self.run_it("report", self.folder / "renamed.json", "--details").stdout
        for words in ("Is a cache needed?", "assumed  the origin's time", "Does the cache pay?", "mean vs"):
            self.assertIn(words, plain)
            self.assertIn(words, renamed)
        self.assertRegex(renamed, r"direct/none .* 1x\n")
        self.assertRegex(renamed, r"pays? +none/redis")

    def test_a_comparison_comes_to_the_same_verdict(self):
        worse = {"strategies": [PLAIN["strategies"][0], {"type": "cache-aside", "ttl": "5ms"}]}
        renamed_worse = {"strategies": [RENAMED["strategies"][0], dict(RENAMED["strategies"][1], ttl="5ms")]}
        words = []
        for i, (base, change) in enumerate(((PLAIN, worse), (RENAMED, renamed_worse))):
            before = self.saved(base, f"before-{i}.json")
            after = self.saved(dict(base, **change), f"after-{i}.json")
            verdict = self.verdict_of("compare", before, after, "--force", expect=3)
            words.append([(item["metric"], item["verdict"], item["base"], item["candidate"])
                          for item in verdict["items"]])
        self.assertEqual(words[0], words[1])

    def test_evictions_of_a_renamed_memory_cache_are_compared_exactly_in_real_time(self):
        one_client = with_changes(
            app={"clients": 1}, rounds=1, measure={"operations": 1000}, warmup={"operations": 500},
            caches=[{"type": "memory", "entries": 50, "name": "my-cache"}],
            strategies=[{"type": "cache-aside", "ttl": "none", "name": "my-strategy"}])
        path = self.saved(one_client, "real.json")
        (run,) = json.loads(path.read_text())["runs"]
        self.assertGreater(run["backend"]["evictions"], 0)
        verdict = self.verdict_of("compare", path, path, "--metric", "hit_ratio")
        self.assertEqual(self.items(verdict, "my-strategy/my-cache")["hit_ratio"]["method"], "exact")

    def test_an_older_result_is_read_by_its_names_and_its_scenario(self):
        names = dict(RENAMED, origins=[dict(VIRTUAL["origin"], name="my-origin")],
                     caches=[{"type": "memory", "entries": 300, "name": "my-cache"}])
        path = self.saved(names, "new.json")
        result = json.loads(path.read_text())
        for run in result["runs"]:
            for added in ("strategy_type", "cache_type", "origin_type", "exact_evictions", "modeled_origin"):
                del run[added]
        older = self.folder / "older.json"
        older.write_text(json.dumps(result))
        told = [self.run_it("report", file).stdout.splitlines()[:-1] for file in (older, path)]  # the last names it
        self.assertEqual(told[0], told[1])


if __name__ == "__main__":
    run_tests()
