"""run --find-max: a queue of which the answer is known, real servers, and what cannot be asked."""
import json
import re
import unittest

from cli_case import Case, needs, run_tests, with_changes

# One server (M/M/1): the response is exponential with the mean 1 / (mu - rate), so that p99 < L holds up to the rate
# mu - ln(100) / L: 3,999/s for mu = 5,000 and L = 4.6 ms.
QUEUE = {
    "clock": "virtual",
    "workload": {"keys": {"distribution": "uniform", "count": 1000}},
    "app": {"clients": 200, "timeout": "10s"},
    "warmup": {"operations": 0},
    "measure": {"duration": "20s"},
    "origin": {"type": "simulated", "latency": {"distribution": "exponential", "mean": "200us"}, "concurrency": 1},
    "strategies": ["none"],
}


def changed(scenario, **changes):
    return json.loads(json.dumps(scenario)) | changes


class FindMax(Case):
    def find(self, scenario, promise, *arguments, expect=0):
        path = self.scenario(scenario)
        done = self.run_it("run", path, "--find-max", promise, "--format", "json", *arguments, expect=expect)
        result = json.loads(done.stdout)
        [result["find_max"]] = result["find_max"]  # of the one row
        return result

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
        exported = {name: self.folder / name for name in ("markdown", "github")}
        done = self.run_it("run", self.scenario(QUEUE), "--find-max", "read.response.p99<4.6ms",
                           *(f"--export={name}={path}" for name, path in exported.items()))
        self.assertRegex(done.stdout, r"\n  [34],\d+/s  is the highest rate at which none/none meets "
                         r"read.response.p99<4.6ms")
        self.assertRegex(done.stdout, r"\n  1,000 .* 1\.\d+ ms  ==    \|       +\+7\d % +yes\n")
        self.assertRegex(done.stdout, r"\n  4,000 .* -\d+ %  first breach\n")
        self.assertIn("is the highest rate at which none/none meets", exported["markdown"].read_text())
        # A format that knows no rates has it as a threshold.
        self.assertIn("::notice title=hitbench%3A thresholds::1 met", exported["github"].read_text())

    # One server, constant service D (M/D/1): the mean response is D + D rho / (2 (1 - rho)).
    def test_searches_all_rows_and_takes_turns(self):
        origins = [{"type": "simulated", "name": name, "latency": {"distribution": "fixed", "value": value},
                    "concurrency": 1} for name, value in (("fast", "200us"), ("slow", "400us"))]
        scenario = {key: value for key, value in QUEUE.items() if key != "origin"} | {"origins": origins}
        path, saved = self.scenario(scenario | {"measure": {"duration": "5s"}}), self.folder / "found.json"
        self.run_it("run", path, "--find-max", "read.response.mean<2ms", "--format", "json", "--output", saved)
        result = json.loads(saved.read_text())
        fast, slow = result["find_max"]
        self.assertEqual([fast["row"], slow["row"]], ["none/none/fast", "none/none/slow"])
        # It is 2 ms at rho = 18/19 for D = 200 us, and at 8/9 for 400 us.
        for found, exact in ((fast, 5000 * 18 / 19), (slow, 2500 * 8 / 9)):
            self.assertLess(found["ops_s"], 1.06 * exact)
            self.assertGreater(found["ops_s"], 0.88 * exact)
            self.assertGreater(found["first_breach_ops_s"], found["ops_s"])
            for step in found["steps"]:
                self.assertAlmostEqual(step["headroom"], 1 - step["value"] / 2e6)
        # 8,000/s and 4,000/s are tried first of those that are more than 1 / service.
        self.assertTrue(5000 <= fast["rollover_ops_s"] <= 8000, fast["rollover_ops_s"])
        self.assertTrue(2500 <= slow["rollover_ops_s"] <= 4000, slow["rollover_ops_s"])
        self.assertEqual([run["name"] for run in result["runs"]], ["none/none/fast", "none/none/slow"])
        self.assertEqual(len(result["threshold_verdicts"]), 2)
        table = self.run_it("report", saved, "--details").stdout
        self.assertIn("throughput rolls over", table)
        self.assertRegex(table, r"4,\d+/s +is the highest rate at which none/none/fast meets")

    def test_tells_how_long_it_takes_in_real_time(self):
        scenario = with_changes(rounds=1, strategies=["none"], measure={"duration": "100ms"}, warmup={"operations": 0})
        arguments = ("--find-max", "read.response.p50<1ns")
        self.assertIn("--find-max searches 1 row, about 15 measurements each: about 1.50 s, setup not counted; at "
                      "most 72.0 s", self.said_until("at most", "run", self.scenario(scenario), *arguments))
        # 100,000 operations would take 100 s at 1,000/s; the limit is 0.2 s.
        scenario["warmup"] = {"operations": 100000, "limit": "200ms"}
        self.assertIn("about 4.50 s, setup not counted; at most 96.0 s",
                      self.said_until("at most", "run", self.scenario(scenario), *arguments))

    def test_no_rate_is_exit_3(self):
        exported = {name: self.folder / name for name in ("json", "junit")}
        done = self.run_it("run", self.scenario(QUEUE), "--find-max", "read.response.p99<1ns",
                           *(f"--export={name}={path}" for name, path in exported.items()), expect=3)
        [found] = json.loads(exported["json"].read_text())["find_max"]
        self.assertIsNone(found["ops_s"])
        self.assertFalse(any(step["kept"] for step in found["steps"]))
        # 20 s have the 1,000 reads that p99 needs from some 50/s on.
        self.assertRegex(done.stdout, r"no rate +from [45]\d(\.\d)?/s on meets read.response.p99<1ns on none/none")
        self.assertIn('<failure type="threshold" message="not met at any rate">', exported["junit"].read_text())

    def test_too_few_values_are_no_broken_promise(self):
        # 500 ms have 500 reads at 1,000/s, and p99 needs 1,000: from 2,000/s or 4,000/s on it can be told.
        found = self.find(changed(QUEUE, measure={"duration": "500ms"}), "read.response.p99<4.6ms")["find_max"]
        first = found["steps"][0]
        self.assertEqual((first["kept"], first["measured"], first["value"]), (False, False, None))
        self.assertEqual(first["unclear"], "no value")
        self.assertEqual({step["unclear"] for step in found["steps"] if step["measured"]}, {""})
        self.assertGreater(found["ops_s"], 2000)
        self.assertGreaterEqual(min(step["offered_ops_s"] for step in found["steps"]), 1000)

    def test_what_cannot_be_told_says_how_long_to_measure(self):
        # Broken wherever 500 ms have enough reads; below, nobody knows.
        scenario = changed(QUEUE, measure={"duration": "500ms"})
        result = self.find(scenario, "read.response.p99<1.3ms", expect=4)
        found = result["find_max"]
        self.assertIsNone(found["ops_s"])
        self.assertGreaterEqual(min(step["offered_ops_s"] for step in found["steps"]), 1000)
        self.assertRegex(found["cannot_tell"], "read.response.p99 needs 1000 values, and at 1000/s there were [45]..;")
        self.assertIn("; violated from ", found["cannot_tell"])
        self.assertFalse(result["threshold_verdicts"][0]["measured"])
        longer = re.search("--set (measure.duration=[0-9]+ms)", found["cannot_tell"])[1]
        told = self.find(scenario, "read.response.p99<1.3ms", "--set", longer)["find_max"]
        self.assertTrue(told["steps"][0]["measured"])

        table = self.run_it("run", self.scenario(scenario), "--find-max", "read.response.p99<1.3ms", expect=4).stdout
        self.assertRegex(table, r"inconclusive +at which rate none/none meets\s+read.response.p99<1.3ms")
        self.assertRegex(table, r"\n  1,000 .*inconclusive \(no value\)\n")
        self.assertNotIn("no rate", table)

    def test_says_how_long_to_measure_at_the_point_of_a_sweep(self):
        scenario = changed(QUEUE, sweep={"measure.duration": ["20s", "500ms"]})
        found = self.find(scenario, "none/none?measure.duration=500ms:read.response.p99<1.3ms", expect=4)["find_max"]
        longer = re.search("measure longer: measure.duration=([0-9]+ms) in the sweep", found["cannot_tell"])[1]
        scenario["sweep"]["measure.duration"][1] = longer
        told = self.find(scenario, f"none/none?measure.duration={longer}:read.response.p99<1.3ms")["find_max"]
        self.assertTrue(told["steps"][0]["measured"])

    def test_changes_the_rate_where_it_is_swept(self):
        scenario = changed(QUEUE, sweep={"workload.arrivals.rate": [300, 600], "seed": [5]})
        scenario["workload"]["arrivals"] = {"loop": "open", "rate": 1, "process": "constant"}
        result = self.find(scenario, "none/none?workload.arrivals.rate=600,seed=5:read.response.p99<4.6ms")
        steps = result["find_max"]["steps"]
        self.assertEqual([step["achieved_ops_s"] for step in steps[:2]], [600, 1200])
        self.assertIn("constant", result["runs"][0]["arrivals"])
        self.assertGreater(result["runs"][0]["seed"], 5)

    def test_searches_a_closed_loop_beside_an_open_one(self):
        arrivals = [{"loop": "open", "rate": 300}, {"loop": "closed"}]
        scenario = changed(QUEUE, sweep={"workload.arrivals": arrivals})
        point = json.dumps(arrivals[1], separators=(",", ":"))
        found = self.find(scenario, f"none/none?workload.arrivals={point}:read.response.p99<4.6ms")["find_max"]
        self.assertEqual(found["steps"][0]["offered_ops_s"], 1000)

    def test_a_fixed_number_of_operations_grows_with_no_rate(self):
        scenario = changed(QUEUE, measure={"operations": 2000})
        found = self.find(scenario, "read.response.p99.9<9ms", expect=4)["find_max"]
        self.assertEqual(len(found["steps"]), 1)
        self.assertIn("needs 10000 values, and at 1000/s there were 2000", found["cannot_tell"])
        longer = re.search("--set (measure.operations=[0-9]+)", found["cannot_tell"])[1]
        self.assertGreater(self.find(scenario, "read.response.p99.9<9ms", "--set", longer)["find_max"]["ops_s"], 1000)

    def test_starts_where_a_fixed_number_of_operations_takes_ten_seconds(self):
        found = self.find(changed(QUEUE, measure={"operations": 20000}), "read.response.p99<4.6ms")["find_max"]
        self.assertEqual(found["steps"][0]["offered_ops_s"], 2000)

    def test_a_fixed_number_of_operations_takes_no_more_than_ten_times_as_long(self):
        # 2 s at 1,000/s, so 20 s at most: they have the 1,000 reads that p99 needs from 50/s on.
        result = self.find(changed(QUEUE, measure={"operations": 2000}), "read.response.p99<1ns", expect=3)
        steps = result["find_max"]["steps"]
        lowest = min(step["offered_ops_s"] for step in steps if step["measured"])
        self.assertTrue(50 <= lowest <= 53, lowest)
        self.assertGreater(min(step["offered_ops_s"] for step in steps), 25)

    def test_ends_where_half_the_rate_fails_alike(self):
        fails = changed(QUEUE, measure={"operations": 2000}, app={"clients": 200, "timeout": "1ms"})
        fails["origin"] = {"type": "simulated", "latency": {"distribution": "fixed", "value": "5ms"}}
        found = self.find(fails, "read.response.p50<1s", expect=4)["find_max"]
        self.assertEqual([step["offered_ops_s"] for step in found["steps"]], [1000, 1000, 500])
        self.assertEqual(found["cannot_tell"], "100 % of the operations fail at every rate, at 500/s as at 1000/s")

    @needs("redis")
    def test_a_row_that_cannot_run_here_is_no_failure_of_the_search(self):
        self.environment["PATH"] = str(self.folder)
        scenario = with_changes(rounds=1, strategies=["direct"], caches=["redis", "memory"],
                                measure={"duration": "100ms"}, warmup={"operations": 0})
        for strict in ((), ("--strict",)):
            done = self.run_it("run", self.scenario(scenario), "--find-max", "write.response.p99<1ms", "--format",
                               "json", *strict, expect=1 if strict else 4)  # nobody writes: told after one measurement
            redis = json.loads(done.stdout)["find_max"][0]
            self.assertEqual((redis["row"], redis["steps"]), ("direct/redis", []))
            self.assertIn("apt-get install", redis["cannot_tell"])

    def test_what_the_workload_never_does_is_not_searched_for(self):
        for promise in ("write.response.p99<1ms", "write_queue.flushed<1"):
            found = self.find(QUEUE, promise, expect=4)["find_max"]
            self.assertEqual(len(found["steps"]), 1)
            self.assertIn("was not measured at 1000/s", found["cannot_tell"])

    @needs("redis")
    def test_measures_a_real_server_afresh_at_each_rate(self):
        # 100 ms have 2,000 operations at 20,000/s, plenty for p99. How much it takes is the machine's business, as is
        # whether its noise leaves any measurement valid; but no server answers within a nanosecond.
        scenario = with_changes(caches=["redis"], strategies=["direct"], rounds=1, measure={"duration": "100ms"})
        scenario["workload"]["arrivals"] = {"loop": "open", "rate": 20000}
        path = self.scenario(scenario)
        arguments = ("run", path, "--find-max", "direct/redis:read.response.p99<1ns", "--format", "json")
        done = self.run_it(*arguments, expect=None)
        [found] = json.loads(done.stdout)["find_max"]
        self.assertEqual(done.returncode, 4 if found["cannot_tell"] else 3)
        self.assertIsNone(found["ops_s"])
        steps = found["steps"]
        self.assertEqual(steps[0]["offered_ops_s"], 20000)
        self.assertFalse(any(step["kept"] for step in steps))
        self.assertTrue(all(step["why"] for step in steps))
        self.assertTrue(any(step["value"] is not None for step in steps))
        self.assertTrue(all(step["value"] is None or step["value"] > 1 for step in steps))
        self.check_no_server_left()

    @needs("redis")
    def test_offers_a_real_server_each_rate_that_it_says(self):
        scenario = with_changes(caches=["redis"], strategies=["direct"], rounds=1, measure={"duration": "200ms"})
        path = self.scenario(scenario)
        done = self.run_it("run", path, "--find-max", "operations<500", "--format", "json", expect=None)
        result = json.loads(done.stdout)
        # 200 operations at 1,000/s, 400 at 2,000/s, 800 at 4,000/s: Poisson, seven standard deviations from the limit
        # at the least. They are those that were due, however late, unless they pile up.
        all_steps = result["find_max"][0]["steps"]
        self.assertEqual(all_steps[0]["offered_ops_s"], 1000)
        steps = [step for step in all_steps if step["measured"] and "pile up" not in step["why"]]
        if not steps:
            print("no rate could be checked: this machine is too busy for 1,000 ops/s")
        for step in steps:
            due = 0.2 * step["offered_ops_s"]
            self.assertLess(abs(step["value"] - due), 7 * due**0.5 + 1, step)
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
        refused(QUEUE, "read.response.p99==5ms", "a limit that is known beforehand, and an order")
        refused(QUEUE, "read.response.p99<2*read.response.p50", "a limit that is known beforehand, and an order")
        barrier = with_changes(clock="virtual", strategies=["cache-aside"])
        barrier["workload"] = {"arrivals": {"loop": "barrier", "every": "1s"}, "keys": {"count": 10000}}
        refused(barrier, "read.response.p99<1ms", "barrier")


if __name__ == "__main__":
    run_tests()
