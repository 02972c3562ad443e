"""run --find-max: a queue of which the answer is known, real servers, and what cannot be asked."""
import json
import unittest

from cli_case import Case, needs, run_tests, with_changes

# One server (M/M/1): the response is exponential with the mean 1 / (mu - rate), so that p99 < L holds up to the rate
# mu - ln(100) / L: 3,999 a second for mu = 5,000 and L = 4.6 ms.
QUEUE = {
    "clock": "virtual",
    "workload": {"keys": {"distribution": "uniform", "count": 1000}},
    "app": {"clients": 200, "timeout": "10s"},
    "warmup": {"operations": 0},
    "measure": {"duration": "20s"},
    "origin": {"type": "simulated", "latency": {"distribution": "exponential", "mean": "200us"}, "concurrency": 1},
    "strategies": ["none"],
}


class FindMax(Case):
    def find(self, scenario, promise, *arguments, expect=0):
        path = self.scenario(scenario)
        done = self.run_it("run", path, "--find-max", promise, "--format", "json", *arguments, expect=expect)
        return json.loads(done.stdout)

    def test_finds_what_a_queue_can_take(self):
        result = self.find(QUEUE, "none/none:read.response.p99<4.6ms")
        found = result["find_max"]
        self.assertGreater(found["ops_s"], 3600)
        self.assertLess(found["ops_s"], 4400)
        self.assertEqual((found["row"], found["metric"], found["limit"]), ("none/none", "read.response.p99", 4.6e6))
        kept = [step for step in found["steps"] if step["kept"]]
        broken = [step["offered_ops_s"] for step in found["steps"] if not step["kept"]]
        self.assertTrue(all(step["value"] < 4.6e6 for step in kept))
        self.assertGreaterEqual(sum(step["offered_ops_s"] == found["ops_s"] for step in kept), 2)
        self.assertLessEqual(min(rate for rate in broken if rate > found["ops_s"]), 1.051 * found["ops_s"])
        self.assertEqual(result["runs"][0]["arrivals"], f"open, poisson {found['ops_s']:g}/s")
        checksums = result["runs"][0]["stream_checksum"]
        again = self.find(QUEUE, "none/none:read.response.p99<4.6ms")
        self.assertEqual((again["find_max"], again["runs"][0]["stream_checksum"]), (found, checksums))

    def test_starts_from_the_scenarios_own_rate_and_needs_no_name_for_one_row(self):
        scenario = json.loads(json.dumps(QUEUE))
        scenario["workload"]["arrivals"] = {"loop": "open", "rate": 300, "process": "constant"}
        found = self.find(scenario, "read.response.p99<4.6ms")
        first = found["find_max"]["steps"][0]
        self.assertEqual((first["offered_ops_s"], first["achieved_ops_s"]), (300, 300))
        self.assertIn("constant", found["runs"][0]["arrivals"])

    def test_prints_the_curve(self):
        path = self.scenario(QUEUE)
        done = self.run_it("run", path, "--find-max", "read.response.p99<4.6ms")
        self.assertRegex(done.stdout, r"\n  [34],\d+/s  is the highest rate that keeps read.response.p99<4.6ms")
        self.assertRegex(done.stdout, r"\n  1,000 .* 1\.\d+ ms  ===         \|              yes\n")
        markdown = self.run_it("run", path, "--find-max", "read.response.p99<4.6ms", "--format", "markdown").stdout
        self.assertIn("is the highest rate that keeps", markdown)

    def test_no_rate_is_exit_3(self):
        found = self.find(QUEUE, "read.response.p99<1ns", expect=3)["find_max"]
        self.assertIsNone(found["ops_s"])
        self.assertFalse(any(step["kept"] for step in found["steps"]))

    def test_is_a_threshold_where_a_format_knows_no_rates(self):
        path = self.scenario(QUEUE)
        done = self.run_it("run", path, "--find-max", "read.response.p99<1ns", "--format", "junit", expect=3)
        self.assertIn('<failure type="threshold" message="kept at no rate">', done.stdout)
        done = self.run_it("run", path, "--find-max", "read.response.p99<4.6ms", "--format", "github")
        self.assertIn("::notice title=hitbench%3A thresholds::1 met", done.stdout)

    @needs("redis")
    def test_measures_a_real_server_afresh_at_each_rate(self):
        scenario = with_changes(caches=["redis"], strategies=["direct"], rounds=1, measure={"duration": "100ms"})
        # How much it takes is the machine's business, as is whether its noise leaves any measurement valid.
        promise = "direct/redis:read.response.p50<5s"
        path = self.scenario(scenario)
        done = self.run_it("run", path, "--find-max", promise, "--format", "json", expect=None)
        found = json.loads(done.stdout)["find_max"]
        self.assertEqual(done.returncode, 3 if found["ops_s"] is None else 0)
        self.assertTrue(all(step["achieved_ops_s"] > 0 for step in found["steps"]))
        self.assertTrue(all(step["kept"] or step["why"] for step in found["steps"]))
        self.check_no_server_left()

    def test_what_cannot_be_asked(self):
        def refused(scenario, promise, *words):
            done = self.run_it("run", self.scenario(scenario), "--find-max", promise, expect=2)
            for word in words:
                self.assertIn(word, done.stderr)

        unread = self.run_it("run", self.scenario(QUEUE), "--find-max", "read.response.p99<1ms", "--threshold",
                             "read.response.p50<1ns", expect=2)
        self.assertIn("leave out --threshold", unread.stderr)
        refused(QUEUE, "none/nine:read.response.p99<1ms", "there is no row 'none/nine'", "'none/none'")
        refused(QUEUE, "read.responce.p99<1ms", "read.response.p99")
        refused(QUEUE, "read.response.p99", "there is no <")
        refused(with_changes(clock="virtual"), "read.response.p99<1ms", "which of the rows?", "cache-aside/memory")
        barrier = with_changes(clock="virtual", strategies=["cache-aside"])
        barrier["workload"] = {"arrivals": {"loop": "barrier", "every": "1s"}, "keys": {"count": 10000}}
        refused(barrier, "read.response.p99<1ms", "barrier")


if __name__ == "__main__":
    run_tests()
