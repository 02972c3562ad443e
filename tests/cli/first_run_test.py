"""The first minutes: help, the built-in scenario, thresholds, what a machine lacks."""
import json

from cli_case import SCENARIOS, SMALL, Case, needs, run_tests, with_changes


class FirstRun(Case):
    def test_help_and_version(self):
        self.assertIn("run", self.run_it("--help").stdout)
        self.assertRegex(self.run_it("--version").stdout, r"^hitbench \d+\.\d+\.\d+")

    @needs("redis")
    @needs("libmemcached")
    def test_check_prints_every_default_and_touches_nothing(self):
        done = self.run_it("check", *sorted(SCENARIOS.glob("*.json")))
        self.assertIn("key_bytes", done.stdout)
        self.assertEqual(self.servers(), [])

    def test_the_quickstart_is_built_in(self):
        shorter = ("--set", "measure.duration=500ms", "--set", "warmup.operations=500")
        done = self.run_it("run", *shorter, "--format", "json")
        names = [run["name"] for run in json.loads(done.stdout)["runs"]]
        self.assertTrue(any("memory" in name for name in names), names)
        self.assertTrue(any(name.startswith("none/none") for name in names), names)
        self.check_no_server_left()

    @needs("redis")
    def test_a_missing_server_is_a_skipped_row_with_a_remedy(self):
        self.environment["PATH"] = str(self.folder)
        rows, result = self.result_of(with_changes(caches=["memory", "redis"]))
        self.assertIn("apt-get install", rows["cache-aside/redis"]["skipped"])
        self.assertIsNone(rows["cache-aside/memory"]["skipped"])
        self.result_of(with_changes(caches=["memory", "redis"]), "--strict", expect=1)
        self.result_of(with_changes(caches=["redis"], strategies=["cache-aside"]), expect=1)

    def test_thresholds_decide_the_exit_code(self):
        scenario = self.scenario(with_changes(thresholds=["cache-aside/memory:hit_ratio>0.01"]))
        self.run_it("run", scenario)
        self.assertIn("MISSED", self.run_it("run", scenario, "--threshold", "read.response.p50<1ns", expect=3).stderr)

    def test_progress_stays_off_a_pipe(self):
        done = self.run_it("run", self.scenario(SMALL))
        self.assertEqual(done.stderr, "")
        self.assertNotIn("\033", done.stdout)


if __name__ == "__main__":
    run_tests()
