"""`hitbench gate` in real time, with real servers and few short pairs."""
import os
import signal
import subprocess

from cli_case import BINARY, family_of, needs, run_tests, wait_for, with_changes
from verdict_case import REAL, VerdictCase


HARMLESS = 'caches.0.args=["--hz","11"]'  # a change that nobody can say had no chance to matter


@needs("redis")
class RealGate(VerdictCase):
    SHORT = ("--pairs", "6", "--budget", "3s")

    def test_redis_against_itself(self):
        verdict, said = self.real_verdict("gate", self.scenario(REAL), "--candidate", HARMLESS,
                                          *self.SHORT)
        self.assertRegex(said, r"12 slots of about .* instead of the scenario's 10s: about \d+ s")
        slots = [slot for slot in verdict["slots"] if slot["stage"] == 1]
        self.assertEqual(len(slots), 12)
        self.assertEqual({slot["side"] for slot in slots}, {"base", "candidate"})
        for first, second in zip(slots[::2], slots[1::2]):
            self.assertEqual(first["seed"], second["seed"])
        self.assertGreater(self.items(verdict, "direct/redis")["read.response.p50"]["detectable"], 0)
        self.assertLessEqual(verdict["alpha"], 0.01)
        self.check_no_server_left()

    def test_slots_are_as_long_as_their_metrics_need_and_the_budget_buys_fewer_pairs(self):
        """1,000 reads and 1,000 writes take 0.4 s: a budget of a second is left behind, aloud."""
        slow = with_changes(strategies=["none"], warmup={"operations": 20}, app={"clients": 20, "connections": 20},
                            workload={"mix": {"read": 0.5, "write": 0.5}},
                            origin={"type": "simulated", "latency": {"distribution": "fixed", "value": "4ms"},
                                    "concurrency": 20})
        said = self.said_until("write.response.p99", "gate", self.scenario(slow), "--set",
                               "measure.operations=100000", "--aa", "--budget", "1s")
        self.assertRegex(said, r"gate: 12 slots of about .* of 2000 operations per row instead of .* 100000: ")
        self.assertIn("(longer than --budget 1s: ", said)
        self.assertIn("can find, at best: read.response.p50 ", said)
        self.assertIn("write.response.p99", said)

    def test_a_gate_says_beforehand_what_it_cannot_judge(self):
        few = with_changes(strategies=["direct"], caches=["redis"], warmup={"preload": True},
                           measure={"operations": 500})
        said = self.said_until("cannot judge", "gate", self.scenario(few), "--aa", "--metric", "read.p99.9", "--metric",
                               "read.p50", "--pairs", "6")
        self.assertRegex(said, r"gate: cannot judge read.response.p99_9 \(it takes 10\d\d\d operations per row, a slot "
                               r"has 500\)")

    def test_an_open_loop_does_what_its_rate_says(self):
        few = with_changes(strategies=["none"], warmup={"operations": 20}, measure={"duration": "1s"},
                           workload={"arrivals": {"loop": "open", "rate": 100}, "keys": {"count": 100}})
        said = self.said_until("cannot judge", "gate", self.scenario(few), "--aa", "--metric", "read.p99",
                               "--pairs", "6")
        self.assertRegex(said, r"cannot judge read.response.p99 \(it takes 1000 operations per row, a slot has 100\)")

    def test_an_origin_that_is_ten_times_slower_is_found(self):
        slow = with_changes(strategies=["none"], warmup={"operations": 20}, app={"clients": 2, "connections": 2})
        verdict, _ = self.real_verdict("gate", self.scenario(slow), "--set", "measure.duration=1s", "--base",
                                       "origin.latency.value=2ms", "--candidate", "origin.latency.value=20ms",
                                       "--metric", "throughput", *self.SHORT, expect=3)
        found = self.items(verdict, "none/none")["throughput"]
        self.assertEqual(found["verdict"], "regressed")
        self.assertEqual(self.pairs_run(verdict), [6, 9])

    def test_counters_of_one_client_are_exact_in_real_time(self):
        one = with_changes(
            caches=[{"type": "redis"}],
            strategies=[{"type": "cache-aside", "ttl": "none"}],
            app={"clients": 1, "connections": 1},
            measure={"operations": 1500},
        )
        verdict, _ = self.real_verdict("gate", self.scenario(one), "--candidate", HARMLESS, *self.SHORT)
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
        command = [BINARY, "gate", self.scenario(REAL), "--candidate", HARMLESS, "--format", "json"]
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
        command = [BINARY, "gate", self.scenario(REAL), "--candidate", HARMLESS]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
        self.assertTrue(wait_for(lambda: self.servers()))
        slots = family_of(process.pid)
        process.kill()
        process.wait()
        self.assertTrue(wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in slots)))
        self.check_no_server_left()


if __name__ == "__main__":
    run_tests()
