"""`hitbench compare`, and two rows of one result side by side."""
import json

from cli_case import run_tests, with_changes
from verdict_case import VIRTUAL, VerdictCase


class Compare(VerdictCase):
    def test_counters_of_virtual_time_are_compared_exactly(self):
        base = self.saved(VIRTUAL, "base.json")
        same = self.verdict_of("compare", base, base)
        self.assertEqual(same["verdict"], "pass")
        shorter = self.saved(VIRTUAL, "shorter.json", "--set", "strategies.1.ttl=5ms")
        refused = self.verdict_of("compare", base, shorter, expect=4)
        self.assertEqual(refused["unlike"], ["scenario.strategies.1.ttl: 10s against 5ms"])
        self.assertIn("scenario.strategies.1.ttl", self.run_it("compare", base, shorter, expect=4).stdout)
        forced = self.verdict_of("compare", base, shorter, "--force", expect=3)
        self.assertEqual(self.items(forced, "cache-aside/memory")["hit_ratio"]["verdict"], "regressed")

    def test_another_seed_is_another_stream(self):
        base, other = self.saved(VIRTUAL, "base.json"), self.saved(VIRTUAL, "other.json", "--seed", "2")
        self.verdict_of("compare", base, other, expect=4)
        verdict = self.verdict_of("compare", base, other, "--force", expect=4)
        self.assertIn("same operations", verdict["items"][0]["note"])

    def test_times_are_never_more_than_suspect(self):
        small = with_changes(rounds=5, strategies=["none"], measure={"operations": 200}, warmup={"operations": 20})
        base = self.saved(small, "base.json", "--set", "origin.latency.value=1ms")
        slow = self.saved(small, "slow.json", "--set", "origin.latency.value=30ms")
        verdict = self.verdict_of("compare", base, slow, "--force")
        self.assertEqual(verdict["verdict"], "suspect")
        self.assertIn("hitbench gate", verdict["warnings"][0])
        self.verdict_of("compare", base, slow, "--force", "--strict", expect=3)

    def test_files_that_are_no_results(self):
        base = self.saved(VIRTUAL, "base.json")
        broken = json.loads(base.read_text())
        broken["runs"][1]["reads"]["miss"] = "many"
        for content, word in (("{", "not JSON"), ({"schema": "hitbench.result/9"}, "hitbench.result/9"),
                              (broken, "runs[1].reads.miss should be a whole number")):
            other = self.scenario(content, "other.json")
            self.assertIn(word, self.run_it("compare", base, other, expect=2).stderr)
        self.run_it("compare", base, self.folder / "none.json", expect=2)
        self.run_it("compare", base, expect=2)

    def test_a_result_of_an_older_version_is_readable(self):
        base = self.saved(VIRTUAL, "base.json")
        older = json.loads(base.read_text())
        for run in older["runs"]:  # fields that were added to the schema since it was first written
            for name in ("misses", "recovery", "background", "write_queue"):
                del run[name]
        path = self.scenario(older, "older.json")
        self.assertIn("cache-aside/memory", self.run_it("report", path).stdout)
        self.assertEqual(self.verdict_of("compare", path, base)["verdict"], "pass")


class SideBySide(VerdictCase):
    def test_two_rows_of_a_result_with_their_difference(self):
        result = self.saved(with_changes(rounds=5, measure={"operations": 3000}), "result.json")
        rows = ("--rows", "none/none,cache-aside/memory")
        for form in ("table", "markdown"):
            text = self.run_it("report", result, *rows, "--format", form).stdout
            self.assertIn("cache-aside/memory against none/none", text)
            self.assertRegex(text, r"read.response.mean .*\[[-+\d., ]+\\?\] %")
        one = self.run_it("report", result, "--rows", "none/none").stdout
        self.assertNotIn("against", one)
        self.assertIn("cache-aside", self.run_it("report", result, "--rows", "none/none,cache-asid/memory",
                                                    expect=2).stderr)


if __name__ == "__main__":
    run_tests()
