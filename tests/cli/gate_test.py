"""`hitbench gate`, `compare` and `report --rows`, driven as a user would: gate_test.py BINARY SCENARIOS [TestClass...]

No figure of a wall clock decides a test: what is asserted of real time holds whatever the machine does.
"""
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from cli_test import BINARY, Case, needs, wait_for, with_changes

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs/verdict.schema.json"

VIRTUAL = with_changes(
    clock="virtual",
    rounds=1,
    workload={"keys": {"distribution": "zipf", "count": 1000}, "mix": {"read": 0.9, "write": 0.1}},
    caches=[{"type": "memory", "entries": 300}],
    strategies=["none", {"type": "cache-aside", "ttl": "10s"}],
    measure={"operations": 20000},
)

REAL = with_changes(
    caches=["redis"],
    strategies=["direct"],
    app={"clients": 4, "connections": 4},
    warmup={"preload": True},
    measure={"duration": "10s"},
)


class GateCase(Case):
    def verdict_of(self, *arguments, expect=0, **options):
        done = self.run_it(*arguments, "--format", "json", expect=expect, **options)
        return self.checked(done.stdout, expect)

    def checked(self, text, expect):
        verdict = json.loads(text)
        if jsonschema:
            jsonschema.validate(verdict, json.loads(SCHEMA.read_text()))
        self.assertEqual(verdict["exit_code"], expect)
        return verdict

    def real_verdict(self, *arguments):
        """Of a gate that finds nothing: on a machine that is busy with something else it may be invalid."""
        command = [BINARY, *map(str, arguments), "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=self.environment)
        self.assertIn(done.returncode, (0, 4), done.stderr)
        return self.checked(done.stdout, done.returncode), done.stderr

    def items(self, verdict, row):
        return {item["metric"]: item for item in verdict["items"] if item["row"] == row}

    def saved(self, scenario, name, *arguments):
        path = self.folder / name
        self.run_it("run", self.scenario(scenario), "--format", "json", "--output", path, *arguments)
        return path


class VirtualGate(GateCase):
    def test_a_change_that_changes_nothing_passes(self):
        verdict = self.verdict_of("gate", self.scenario(VIRTUAL), "--candidate", "strategies.1.ttl=11s")
        self.assertEqual(verdict["verdict"], "pass")
        self.assertEqual(len(verdict["slots"]), 2, "one slot a side")
        self.assertEqual({item["method"] for item in verdict["items"]}, {"exact"})

    def test_a_ttl_that_is_too_short_fails(self):
        arguments = ("gate", self.scenario(VIRTUAL), "--candidate", "strategies.1.ttl=5ms")
        items = self.items(self.verdict_of(*arguments, expect=3), "cache-aside/memory")
        for metric in ("hit_ratio", "reads.miss", "origin_load.loads"):
            self.assertEqual(items[metric]["verdict"], "regressed")
        table = self.run_it(*arguments, expect=3).stdout
        self.assertIn("REGRESSED", table)
        self.assertIn("strategies.1.ttl=5ms", table)

    def test_a_larger_cache_is_an_improvement(self):
        verdict = self.verdict_of("gate", self.scenario(VIRTUAL), "--candidate", "caches.0.entries=600")
        self.assertEqual(verdict["verdict"], "improved")

    def test_a_closed_loop_by_time_does_the_same_operations_on_both_sides(self):
        timed = self.scenario(dict(VIRTUAL, measure={"duration": "2s"}, warmup={"duration": "500ms"}))
        done = self.run_it("gate", timed, "--candidate", "strategies.1.ttl=5ms", "--format", "json", expect=3)
        self.assertIn("operations a row", done.stderr)
        self.assertEqual(self.checked(done.stdout, 3)["verdict"], "regressed")

    def test_sides_that_do_not_do_the_same_are_no_comparison(self):
        verdict = self.verdict_of("gate", self.scenario(VIRTUAL), "--candidate", "workload.keys.theta=0.5", expect=4)
        self.assertIn("same operations", verdict["items"][0]["note"])

    def test_two_scenarios_can_stand_against_each_other(self):
        other = self.scenario(dict(VIRTUAL, strategies=["none", {"type": "read-through", "ttl": "10s"}]), "other.json")
        verdict = self.verdict_of("gate", self.scenario(VIRTUAL), "--candidate-scenario", other)
        self.assertIn("cache-aside/memory -> read-through/memory", {item["row"] for item in verdict["items"]})

    def test_only_the_named_metrics_are_judged(self):
        verdict = self.verdict_of(
            "gate", self.scenario(VIRTUAL), "--candidate", "strategies.1.ttl=5ms", "--metric", "hit_ratio=900%"
        )
        self.assertEqual({item["metric"] for item in verdict["items"]}, {"hit_ratio"})

    def test_a_saved_verdict_is_printed_again(self):
        saved = self.folder / "verdict.json"
        self.run_it("gate", self.scenario(VIRTUAL), "--candidate", "strategies.1.ttl=5ms", "--format", "json",
                    "--output", saved, expect=3)
        self.assertIn("REGRESSED", self.run_it("report", saved).stdout)
        again = self.run_it("report", saved, "--format", "json").stdout
        self.assertEqual(json.loads(again), json.loads(saved.read_text()))
        self.assertIn("verdict", self.run_it("compare", saved, saved, expect=2).stderr)


class BadGates(GateCase):
    def refused(self, *arguments, words, expect=2):
        done = self.run_it("gate", *arguments, expect=expect)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_what_is_wrong_is_said_before_anything_runs(self):
        scenario = self.scenario(VIRTUAL)
        self.refused(words=["scenario"])
        self.refused(scenario, words=["the same", "--aa"])
        self.refused(scenario, "--candidate", "strategies.1.tll=1s", words=["tll", "ttl"])
        self.refused(scenario, "--candidate", "seed=2", "--metric", "hit_ration", words=["hit_ratio"])
        self.refused(scenario, "--candidate", "seed=2", "--metric", "operations", words=["neither better nor worse"])
        self.refused(scenario, "--candidate", "seed=2", "--pairs", "3", words=["--pairs 3", "6"])
        self.refused(scenario, "--candidate", "seed=2", "--budget", "soon", words=["--budget soon"])
        self.refused(scenario, "--candidate", "seed=2", "--format", "csv", words=["csv", "table"])
        self.refused(scenario, "--candidate", "seed=2", "--fail-on", "inconclusiv", words=["inconclusive"])
        self.refused(scenario, "--candidate", "clock=real", words=["virtual"])
        self.refused(scenario, "--candidate", "strategies=[\"cache-aside\"]", words=["2 rows", "1"])
        self.refused(scenario, "--candidate-binary", "/no/such/hitbench", words=["/no/such/hitbench"])
        self.refused(scenario, "--candidat", "seed=2", words=["--candidate"])

    def test_a_side_that_crashes_is_exit_4(self):
        crashes = self.folder / "crashes"
        crashes.write_text("#!/bin/sh\necho no luck today >&2\nkill -SEGV $$\n")
        crashes.chmod(0o755)
        for scenario in (VIRTUAL, REAL):
            both = ("--base-binary", crashes, "--candidate-binary", crashes, "--candidate", "verify=false")
            for binaries in (("--candidate-binary", crashes), both):
                verdict = self.verdict_of("gate", self.scenario(scenario), *binaries, "--budget", "2s", expect=4)
                self.assertEqual(verdict["verdict"], "invalid")
                self.assertIn("killed by signal 11", verdict["reasons"][0])
                self.assertIn("no luck today", verdict["reasons"][0])
        self.check_no_server_left()

    @needs("redis")
    def test_without_a_server_there_is_no_verdict(self):
        self.environment["PATH"] = str(self.folder)
        verdict = self.verdict_of("gate", self.scenario(REAL), "--candidate", "caches.0.memory=65MiB",
                                  "--pairs", "6", "--budget", "1s", expect=4)
        self.assertIn("apt-get install", verdict["warnings"][0])


@needs("redis")
class RealGate(GateCase):
    SHORT = ("--pairs", "6", "--budget", "3s")

    def test_redis_against_itself(self):
        verdict, said = self.real_verdict("gate", self.scenario(REAL), "--candidate", "caches.0.memory=65MiB",
                                          *self.SHORT)
        self.assertRegex(said, r"12 slots of about .* instead of the scenario's 10s: about \d+ s")
        slots = [slot for slot in verdict["slots"] if slot["stage"] == 1]
        self.assertEqual(len(slots), 12)
        self.assertEqual({slot["side"] for slot in slots}, {"base", "candidate"})
        for first, second in zip(slots[::2], slots[1::2]):
            self.assertEqual(first["seed"], second["seed"])
        if verdict["verdict"] != "invalid":
            self.assertGreater(self.items(verdict, "direct/redis")["read.response.p50"]["detectable"], 0)
        self.assertLessEqual(verdict["alpha"], 0.01)
        self.check_no_server_left()

    def test_an_origin_that_is_ten_times_slower_is_found(self):
        slow = with_changes(strategies=["none"], warmup={"operations": 20}, app={"clients": 2, "connections": 2})
        verdict = self.verdict_of("gate", self.scenario(slow), "--set", "measure.duration=1s", "--base",
                                  "origin.latency.value=2ms", "--candidate", "origin.latency.value=20ms",
                                  "--metric", "throughput", *self.SHORT, expect=3)
        found = self.items(verdict, "none/none")["throughput"]
        self.assertEqual(found["verdict"], "regressed")
        self.assertEqual(found["pairs"], [6, 9])

    def test_counters_of_one_client_are_exact_in_real_time(self):
        one = with_changes(
            caches=[{"type": "redis"}],
            strategies=[{"type": "cache-aside", "ttl": "none"}],
            app={"clients": 1, "connections": 1},
            measure={"operations": 1500},
        )
        verdict, _ = self.real_verdict("gate", self.scenario(one), "--candidate", "caches.0.memory=65MiB", *self.SHORT)
        items = self.items(verdict, "cache-aside/redis")
        self.assertEqual(items["reads.miss"]["method"], "exact")
        self.assertEqual(items["reads.miss"]["verdict"], "pass")
        self.assertEqual(items["read.response.p50"]["method"], "paired")

    def test_calibration_says_what_a_gate_would_find(self):
        verdict, _ = self.real_verdict("gate", self.scenario(REAL), "--aa", *self.SHORT)
        self.assertEqual(verdict["kind"], "calibration")
        noise = self.items(verdict, "direct/redis")["read.response.p50"]
        self.assertGreater(noise["noise"], 0)
        self.assertIn("pairs", noise["note"])

    def test_ctrl_c_gives_a_partial_verdict_and_stops_the_servers(self):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [BINARY, "gate", self.scenario(REAL), "--candidate", "caches.0.memory=65MiB", "--format", "json"]
        process = subprocess.Popen(command, text=True, env=self.environment, **pipes)
        self.addCleanup(process.kill)
        self.assertIn("slots of about", process.stderr.readline())
        self.assertTrue(wait_for(lambda: self.servers()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        self.assertIs(self.checked(out, 130)["complete"], False)
        self.check_no_server_left()

    def test_sigkill_leaves_no_server_and_no_slot(self):
        command = [BINARY, "gate", self.scenario(REAL), "--candidate", "caches.0.memory=65MiB"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
        self.assertTrue(wait_for(lambda: self.servers()))
        process.kill()
        process.wait()
        self.check_no_server_left()
        time.sleep(0.3)
        self.check_no_server_left()


class Compare(GateCase):
    def test_counters_of_virtual_time_are_compared_exactly(self):
        base = self.saved(VIRTUAL, "base.json")
        same = self.verdict_of("compare", base, base)
        self.assertEqual(same["verdict"], "pass")
        shorter = self.saved(VIRTUAL, "shorter.json", "--set", "strategies.1.ttl=5ms")
        refused = self.verdict_of("compare", base, shorter, expect=4)
        self.assertEqual(refused["unlike"], ["scenario.strategies[1].ttl: 10s against 5ms"])
        self.assertIn("scenario.strategies[1].ttl", self.run_it("compare", base, shorter, expect=4).stdout)
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


class SideBySide(GateCase):
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
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
