"""Failed operations count: what a run, its exports, a search, a gate and a comparison say of a row that fails."""
import csv
import io
import json
import re
import socket
import subprocess

from cli_case import SCENARIOS, needs, run_tests, wait_for, with_changes
from verdict_case import VIRTUAL, VerdictCase

# Every GET is an error, and nothing else is.
NO_GET = 'caches.0.args=["--rename-command","GET",""]'
MOSTLY_READS = 'workload.mix={"read":0.99,"write":0.01}'
FAILED = "operations failed"

# Loads of the origin time out, which no scenario asks for: those of more than three times the median.
TIME_OUTS = with_changes(
    clock="virtual",
    app={"clients": 4, "connections": 4, "timeout": "3ms"},
    origin={"type": "simulated", "latency": {"distribution": "lognormal", "median": "1ms", "sigma": 1}},
    caches=[{"type": "memory", "entries": 100}],
)
ROW = "cache-aside/memory"

# The cache is away for a second; one row asks the origin meanwhile, the other fails.
OUTAGE = with_changes(
    clock="virtual",
    rounds=1,
    workload={"keys": {"distribution": "zipf", "count": 500}, "arrivals": {"loop": "open", "rate": 500}},
    app={"clients": 100, "connections": 100},
    warmup={"preload": True},
    measure={"duration": "8s"},
    origin={"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}},
    caches=[{"type": "memory", "shared": True, "latency": "75us"}],
    strategies=["none", {"type": "cache-aside", "name": "bare", "ttl": "none"},
                {"type": "cache-aside", "name": "safe", "ttl": "none", "fail_safe": {"origin_limit": 8}}],
    faults=[{"at": "3s", "target": "cache", "action": "kill", "for": "1s"}],
)


def load(*sets, operations=2000):
    sets = (MOSTLY_READS, NO_GET, f"measure.operations={operations}", *sets)
    return [SCENARIOS / "load.json", *(word for one in sets for word in ("--set", one))]


class Failures(VerdictCase):
    def undisturbed(self, *arguments, expect):
        """In real time: again while the row is invalid for anything but what failed, which is the machine's doing."""
        for _ in range(20):
            done = self.run_it(*arguments, expect=None)
            reasons = re.findall("INVALID  .*", done.stdout)
            if done.returncode == expect and all(" operations failed" in reason for reason in reasons):
                break
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    @needs("redis")
    def test_a_server_that_answers_no_read_is_judged_by_nothing_and_exported_as_invalid(self):
        formats = ("json", "junit", "benchmark-action", "google-benchmark", "markdown", "csv", "github")
        exports = [f"--export={name}={self.folder / name}" for name in formats]
        done = self.undisturbed("run", *load(), "--threshold", "read.response.p99<50ms", *exports, expect=4)
        self.assertRegex(done.stdout, r"ops/s +hit % +failed +mean +p50")
        self.assertRegex(done.stdout, r"! direct/server .* 9\d\.\d %")
        self.assertRegex(done.stdout, rf"INVALID  direct/server: .* {FAILED}")
        self.assertIn("not determined", done.stderr)
        text = {name: (self.folder / name).read_text() for name in formats}
        run = json.loads(text["json"])["runs"][0]
        self.assertFalse(run["validity"]["valid"])
        self.assertTrue(run["validity"]["only_failures"])
        self.assertEqual(run["latency"]["read"]["response"]["count"], 0, "percentiles are of answers")
        self.assertEqual(run["latency"]["read"]["failed"]["count"], run["reads"]["failed"])
        self.assertEqual(run["failed_operations"], run["reads"]["failed"])
        self.assertIn('failures="0" errors="2"', text["junit"])
        self.assertNotIn("response.p99 ", text["junit"].replace("read.response.p99&lt;", ""))
        self.assertEqual(json.loads(text["benchmark-action"]), [])
        [entry] = json.loads(text["google-benchmark"])["benchmarks"]
        self.assertTrue(entry["error_occurred"])
        self.assertIn(FAILED, entry["error_message"])
        self.assertEqual(entry["real_time"], 0)
        self.assertRegex(text["markdown"], rf"\*\*INVALID\*\* direct/server: .* {FAILED}")
        self.assertEqual({line["valid"] for line in csv.DictReader(io.StringIO(text["csv"]))}, {"false"})
        self.assertIn("::error title=hitbench%3A threshold not determined::", text["github"])

    @needs("redis")
    def test_a_condition_on_failures_is_judged_all_the_same(self):
        done = self.undisturbed("run", *load(), "--threshold", "failed_share<1%", expect=3)
        self.assertRegex(done.stderr, r"MISSED: failed_share<1% on direct/server: 9\d\.\d %\n")
        self.undisturbed("run", *load(), "--threshold", "reads.failed>1", "--threshold", "failed_share>=90%", expect=0)
        self.run_it("run", *load(), "--threshold", "failed_share>=90%", "--threshold", "throughput>1", expect=4)

    @needs("redis")
    def test_a_rate_that_fails_is_broken(self):
        arrivals = 'workload.arrivals={"loop":"open","rate":4,"process":"constant"}'
        sets = (arrivals, "measure.duration=600ms", 'warmup={"operations":0}')
        done = self.undisturbed("run", *load(*sets, operations="null"), "--find-max", "read.response.p99<50ms",
                                "--format", "json", expect=3)
        found = json.loads(done.stdout)["find_max"][0]
        self.assertIsNone(found["ops_s"])
        self.assertEqual({step["kept"] for step in found["steps"]}, {False})
        first = [step["measured"] for step in found["steps"] if step["offered_ops_s"] == 4]
        self.assertIn(True, first, "one may be the machine's")

    def test_the_highest_rate_is_one_at_which_next_to_nothing_fails(self):
        queue = with_changes(
            clock="virtual", strategies=["none"], warmup={"operations": 0}, measure={"duration": "20s"}, rounds=1,
            app={"clients": 200, "timeout": "20ms"},
            origin={"type": "simulated", "concurrency": 1, "latency": {"distribution": "exponential", "mean": "1ms"}},
        )
        # M/M/1: a response of more than L has the chance exp(-(mu - rate) L). 20 ms: one in a thousand at 654/s.
        arguments = ("run", self.scenario(queue), "--set", 'workload.arrivals={"loop":"open","rate":200}', "--format",
                     "json", "--find-max")
        found = json.loads(self.run_it(*arguments, "read.response.p50<19ms").stdout)["find_max"][0]
        self.assertGreater(found["ops_s"], 500)
        self.assertLess(found["ops_s"], 750)
        broken = [step for step in found["steps"] if not step["kept"]]
        self.assertIn(FAILED, broken[0]["why"])
        more = json.loads(self.run_it(*arguments, "failed_share<5%").stdout)["find_max"][0]
        self.assertGreater(more["ops_s"], found["ops_s"])

    @needs("redis")
    def test_a_node_that_owns_half_of_the_slots_does_not_meet_a_hit_ratio(self):
        with socket.socket() as free, socket.socket() as bus:
            free.bind(("127.0.0.1", 0))
            bus.bind(("127.0.0.1", 0))
            port, bus_port = free.getsockname()[1], bus.getsockname()[1]
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--save", "",
             "--cluster-require-full-coverage", "no", "--cluster-port", str(bus_port), "--dir", self.folder],
            stdout=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

        def said(*words):
            command = ["redis-cli", "-p", str(port), *words]
            return subprocess.run(command, capture_output=True, text=True).stdout.strip()

        self.assertTrue(wait_for(lambda: said("PING") == "PONG"))
        self.assertEqual(said("CLUSTER", "ADDSLOTSRANGE", "0", "8191"), "OK")
        # A node that has just started serves nothing for two seconds.
        self.assertTrue(wait_for(lambda: "cluster_state:ok" in said("CLUSTER", "INFO")))
        half = self.scenario(with_changes(
            rounds=1, caches=[{"type": "redis", "address": f"redis://127.0.0.1:{port}", "name": "node"}],
            strategies=["cache-aside"], workload={"keys": {"distribution": "uniform", "count": 100}},
            warmup={"operations": 3000}))
        done = self.run_it("run", half, "--threshold", "hit_ratio>0.99", expect=4)
        self.assertRegex(done.stdout, r"! cache-aside/node +[\d,]+ +\d+\.\d +[3-6]\d\.\d %")
        self.undisturbed("run", half, "--threshold", "failed_share<0.2", expect=3)

    def test_the_failures_of_a_fault_are_asked_for_and_the_failing_row_is_named(self):
        rows, _ = self.result_of(OUTAGE, "--threshold", "bare/memory:read.p50<1s")
        bare, safe = rows["bare/memory"], rows["safe/memory"]
        self.assertTrue(bare["validity"]["valid"])
        self.assertGreater(bare["failed_share"], 0.05)
        self.assertEqual(bare["failed_as_asked"], bare["failed_operations"])
        self.assertEqual(safe["failed_operations"], 0)
        text = self.run_it("run", self.scenario(OUTAGE), "--details").stdout
        share = r"\d+\.\d % of its reads failed, and its times are those of the others"
        self.assertRegex(text, rf"not compared  bare/memory: {share}")
        self.assertRegex(text, rf"not determined  bare/memory: {share}")
        self.assertRegex(text, r"pays  safe/memory: ")

    def test_failures_after_a_fault_has_healed_are_the_rows_own(self):
        late = dict(OUTAGE, strategies=[OUTAGE["strategies"][1]], faults=OUTAGE["faults"] + [
            {"at": "6s", "target": "cache", "action": "kill", "for": "1s"}])
        both, _ = self.result_of(late)
        self.assertEqual(both["bare/memory"]["failed_as_asked"], both["bare/memory"]["failed_operations"])
        # The origin needs longer than anybody waits: a fault on a process does not answer for that.
        slow = dict(TIME_OUTS, rounds=1, faults=[{"at": "5s", "target": "process", "action": "stop", "for": "10ms"}],
                    measure={"duration": "10s"},
                    workload=dict(TIME_OUTS["workload"], arrivals={"loop": "open", "rate": 100}))
        rows, _ = self.result_of(slow)
        run = rows[ROW]
        self.assertGreater(run["failed_operations"], run["failed_as_asked"])
        self.assertIn("beyond the", run["validity"]["reasons"][0])

    def test_errors_of_the_origin_are_asked_for_and_time_outs_are_not(self):
        asked = dict(TIME_OUTS, app={"clients": 4, "connections": 4},
                     origin=dict(TIME_OUTS["origin"], errors=0.3))
        for guard in ("none", "single-flight"):
            rows, _ = self.result_of(dict(asked, strategies=[{"type": "cache-aside", "guard": guard}]),
                                     "--threshold", "hit_ratio>1%")
            run = rows[ROW]
            self.assertGreater(run["reads"]["failed"], 100)
            self.assertEqual(run["failed_as_asked"], run["failed_operations"], guard)
        both = dict(asked, app=TIME_OUTS["app"])
        rows, _ = self.result_of(both, "--threshold", "hit_ratio>1%", expect=4)
        self.assertGreater(rows[ROW]["failed_as_asked"], 0)
        self.assertGreater(rows[ROW]["failed_operations"], rows[ROW]["failed_as_asked"])

    def test_a_claim_on_a_row_that_fails_cannot_be_told(self):
        for holds_if, expect in ((f"{ROW}.hit_ratio > 0.01", 4), (f"{ROW}.failed_share > 0.01", 0)):
            claims = [{"says": "it hits", "holds_if": holds_if}]
            done = self.run_it("run", self.scenario(dict(TIME_OUTS, claims=claims)), expect=expect)
            self.assertIn("not determined  it hits" if expect else "holds  it hits", done.stdout)
            self.assertEqual("hitbench: claim not determined: it hits (" in done.stderr, expect == 4, done.stderr)

    def test_a_result_from_before_there_were_shares_has_them(self):
        saved = self.folder / "old.json"
        self.run_it("run", self.scenario(TIME_OUTS), "--export", f"json={saved}")
        old = json.loads(saved.read_text())
        for run in old["runs"]:
            for name in ("failed_operations", "failed_share", "failed_as_asked"):
                del run[name]
            for kind in run["latency"].values():
                del kind["failed"]
        saved.write_text(json.dumps(old))
        self.run_it("report", saved, "--threshold", f"{ROW}:failed_share>1%")


class FailuresAgainstABase(VerdictCase):
    @needs("redis")
    def test_a_candidate_that_rejects_writes_is_no_improvement(self):
        full = with_changes(
            rounds=1,
            workload={"keys": {"distribution": "uniform", "count": 400}, "value_bytes": 10000,
                      "mix": {"read": 0.5, "write": 0.5}},
            warmup={"operations": 0}, measure={"operations": 400},
            caches=[{"type": "redis", "memory": "4MiB", "policy": "allkeys-lru"}], strategies=["direct"],
        )
        verdict, _ = self.real_verdict("gate", self.scenario(full), "--candidate", "caches.0.policy=noeviction",
                                       "--pairs", "6", "--budget", "3s", expect=3)
        [item] = verdict["items"]
        self.assertEqual((item["metric"], item["verdict"]), ("failed_share", "regressed"))
        self.assertEqual(item["base"], 0)
        self.assertGreater(item["candidate"], 0.3)
        self.assertIn("nothing else of the row is judged", item["note"])

    def test_a_candidate_whose_origin_fails_is_no_improvement(self):
        arguments = ("gate", self.scenario(VIRTUAL), "--candidate", "origin.errors=0.3")
        verdict = self.verdict_of(*arguments, expect=3)
        self.assertEqual({(item["metric"], item["verdict"]) for item in verdict["items"]},
                         {("failed_share", "regressed")})
        self.assertEqual({item["row"] for item in verdict["items"]}, {"none/none", ROW})
        self.verdict_of(*arguments, "--metric", "hit_ratio", expect=3)
        self.assertRegex(self.run_it(*arguments, expect=3).stdout, r"failed_share +0\.0 % +\d+\.\d % .* REGRESSED")

    def test_a_base_that_fails_is_no_base(self):
        verdict = self.verdict_of("gate", self.scenario(dict(TIME_OUTS, rounds=1)), "--candidate",
                                  "caches.0.entries=300", expect=4)
        self.assertIn(FAILED, verdict["items"][0]["note"])
        good = self.verdict_of("gate", self.scenario(dict(TIME_OUTS, rounds=1)), "--base", "app.timeout=10s",
                               "--candidate", "app.timeout=3ms", expect=3)
        self.assertEqual({item["metric"] for item in good["items"]}, {"failed_share"})

    def test_saved_results_are_judged_by_their_failures_first(self):
        good = self.saved(dict(TIME_OUTS, app=VIRTUAL["app"]), "good.json")
        bad = self.saved(TIME_OUTS, "bad.json")
        verdict = self.verdict_of("compare", good, bad, "--force", expect=3)
        self.assertEqual({item["metric"] for item in verdict["items"]}, {"failed_share"})
        verdict = self.verdict_of("compare", bad, good, "--force", expect=4)
        self.assertIn("the base is invalid", verdict["items"][0]["note"])


if __name__ == "__main__":
    run_tests()
