"""`hitbench gate`: in virtual time, and where it has to refuse."""
import json

from cli_case import needs, run_tests, with_changes
from verdict_case import REAL, VIRTUAL, VerdictCase, was_the_machine


class VirtualGate(VerdictCase):
    def test_a_change_that_changes_nothing_passes(self):
        verdict = self.verdict_of("gate", self.scenario(VIRTUAL), "--candidate", "strategies.1.name=same")
        self.assertEqual(verdict["verdict"], "pass")
        self.assertEqual(verdict["differences"], ["strategies.1.name: cache-aside → same"])
        self.assertEqual(len(verdict["slots"]), 2, "one slot a side")
        self.assertEqual({item["method"] for item in verdict["items"]}, {"exact"})

    def test_a_change_that_had_no_chance_to_matter_is_no_pass(self):
        """20,000 operations take less than two seconds, in which nothing can expire after ten."""
        arguments = ("gate", self.scenario(VIRTUAL), "--candidate", "strategies.1.ttl=11s")
        verdict = self.verdict_of(*arguments, expect=4)
        self.assertRegex(verdict["reasons"][0], "^not-exercised: strategies.1.ttl: 10s → 11s: no read met an expired")
        saved = self.folder / "verdict.json"
        saved.write_text(json.dumps(verdict))
        for name in ("table", "markdown", "csv", "junit", "github", "google-benchmark"):
            said = self.run_it("report", saved, "--format", name).stdout
            self.assertIn("not-exercised", said, name)
            self.assertIn("strategies.1.ttl: 10s → 11s", said, name)
        larger = self.scenario(dict(VIRTUAL, caches=[{"type": "memory", "entries": 5000}]), "large.json")
        size = self.verdict_of("gate", larger, "--candidate", "caches.0.entries=6000", expect=4)
        self.assertIn("nothing was evicted", size["reasons"][0])

    def test_of_two_changes_the_one_that_mattered_is_judged(self):
        changes = ("--candidate", "strategies.1.ttl=11s", "--candidate", "caches.0.entries=600")
        verdict = self.verdict_of("gate", self.scenario(VIRTUAL), *changes)
        self.assertEqual(verdict["verdict"], "improved")
        self.assertRegex(verdict["warnings"][0], "^not-exercised: strategies.1.ttl")

    def test_a_candidate_that_cannot_keep_the_rate_is_worse(self):
        """At 1,000/s an origin of 5 ms needs five at once."""
        open_loop = dict(VIRTUAL, strategies=["none"], app={"clients": 100},
                         workload={"arrivals": {"loop": "open", "rate": 1000}, "keys": {"count": 1000}},
                         origin={"type": "simulated", "latency": {"distribution": "fixed", "value": "5ms"},
                                 "concurrency": 8})
        verdict = self.verdict_of("gate", self.scenario(open_loop), "--candidate", "origin.concurrency=2", expect=3)
        (item,) = verdict["items"]
        self.assertEqual(item["metric"], "pace")
        self.assertAlmostEqual(item["base"], 1, delta=0.01)
        self.assertAlmostEqual(item["candidate"], 0.4, delta=0.02)
        self.assertAlmostEqual(item["change"], item["candidate"] - item["base"], delta=1e-9)
        self.assertIn("cannot keep the offered rate", item["note"])

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

    def test_sides_of_which_one_warms_up_until_it_is_steady_do_the_same_operations(self):
        large = dict(VIRTUAL, warmup={}, caches=[{"type": "memory", "entries": 100000}],
                     workload={"keys": {"distribution": "zipf", "count": 5000}},
                     strategies=["none", {"type": "cache-aside", "ttl": "none"}])
        scenario = self.scenario(large)
        smaller = self.verdict_of("gate", scenario, "--candidate", "caches.0.entries=2000", expect=3)
        self.assertEqual(smaller["differences"], ["caches.0.entries: 100000 → 2000"])
        self.assertEqual(self.items(smaller, "cache-aside/memory")["hit_ratio"]["verdict"], "regressed")
        expires = self.verdict_of("gate", scenario, "--candidate", "strategies.1.ttl=30s", expect=4)
        self.assertEqual(len(expires["differences"]), 1)
        self.assertRegex(expires["reasons"][0], "^not-exercised: strategies.1.ttl: ")
        self.assertNotIn("same operations", json.dumps(expires))

    def test_an_open_loop_by_time_whose_sides_take_differently_long_to_be_steady_is_judged(self):
        """Each stretch of a warm-up begins the schedule anew: the sides' stretches must not differ in number."""
        scenario = with_changes(
            clock="virtual", rounds=1, warmup={"until": "steady"}, measure={"duration": "20s"},
            workload={"keys": {"distribution": "zipf", "count": 20000}, "arrivals": {"loop": "open", "rate": 1000}},
            caches=[{"type": "memory", "entries": 3000}], strategies=["none", {"type": "cache-aside", "ttl": "60s"}],
        )
        verdict = self.verdict_of("gate", self.scenario(scenario), "--candidate", "strategies.1.ttl=5s", expect=3)
        self.assertEqual(self.items(verdict, "cache-aside/memory")["hit_ratio"]["verdict"], "regressed")

    def test_a_warm_up_that_is_cut_off_is_as_long_on_both_sides(self):
        short = self.scenario(dict(VIRTUAL, warmup={"until": "steady", "limit": "20ms"}))
        verdict = self.verdict_of("gate", short, "--candidate", "caches.0.entries=600")
        self.assertEqual(verdict["verdict"], "improved")
        self.assertEqual(verdict["differences"], ["caches.0.entries: 300 → 600"])

    def test_a_closed_loop_by_time_does_the_same_operations_on_both_sides(self):
        timed = self.scenario(dict(VIRTUAL, measure={"duration": "200ms"}, warmup={"duration": "50ms"}))
        done = self.run_it("gate", timed, "--candidate", "strategies.1.ttl=5ms", "--format", "json", expect=3)
        self.assertIn("operations per row", done.stderr)
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


class BadGates(VerdictCase):
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
        self.refused(scenario, "--candidate", "seed=2", "--pairs", "0", words=["--pairs 0", "6"])
        self.refused(scenario, "--candidate", "seed=2", "--budget", "soon", words=["--budget soon"])
        no_place = ("--format", "benchmark-action")
        self.refused(scenario, "--candidate", "seed=2", *no_place, words=["benchmark-action", "table"])
        self.refused(scenario, "--candidate", "seed=2", "--fail-on", "inconclusiv", words=["inconclusive"])
        self.refused(scenario, "--candidate", "clock=real", words=["virtual"])
        self.refused(scenario, "--candidate", "strategies=[\"cache-aside\"]", words=["2 rows", "1"])
        self.refused(scenario, "--candidate-binary", "/no/such/hitbench", words=["/no/such/hitbench"])
        self.refused(scenario, "--aa", "--candidate", "seed=2", words=["--aa runs base against base"])
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
        verdict = self.verdict_of("gate", self.scenario(REAL), "--candidate", "caches.0.args=[\"--hz\",\"11\"]",
                                  "--pairs", "6", "--budget", "1s", expect=4)
        self.assertIn("apt-get install", verdict["warnings"][0])


class BusyMachines(VerdictCase):
    """What real_verdict() takes for the machine's doing."""

    def test_only_the_machines_own_reasons_excuse_a_gate(self):
        def excused(*notes, reasons=(), **more):
            items = [{"verdict": "invalid", "note": note} for note in notes]
            return was_the_machine({"verdict": "invalid", "reasons": list(reasons), "items": items, **more})

        busy = "the base is invalid: our event loop stalled for 30 ms: the machine was busy with something else"
        ours = "the base is invalid: reads began 2 ms late at the median because of hitbench itself; lower the rate"
        self.assertTrue(excused(busy))
        self.assertTrue(excused(reasons=["the machine itself was 5 % slower around the candidate's slots"]))
        self.assertFalse(excused(ours))
        self.assertFalse(excused("our event loop stalled for 30 ms: the rate is more than it can keep up with"))
        self.assertFalse(excused(busy, ours))
        self.assertFalse(excused(busy, reasons=["not-exercised: strategies.0.ttl"]))
        self.assertFalse(excused(ours, warnings=[busy]))
        self.assertFalse(excused())


if __name__ == "__main__":
    run_tests()
