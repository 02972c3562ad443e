"""What an application sees of a cache that is killed, in both clocks, and what the report says of it."""
from cli_case import Case, needs, run_tests

KILLED = {
    "rounds": 1,
    "workload": {
        "keys": {"distribution": "uniform", "count": 300},
        "arrivals": {"loop": "open", "rate": 400, "process": "constant"},
    },
    "app": {"clients": 40, "connections": 20, "timeout": "30s"},
    "warmup": {"preload": True},
    "measure": {"duration": "2500ms"},
    "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "100us"}},
    "caches": [{"type": "memory", "name": "shared", "shared": True, "latency": "50us"}],
    "strategies": [{"type": "cache-aside", "name": "plain", "ttl": "none"}],
    "faults": [{"at": "1s", "target": "cache", "action": "kill", "for": "800ms"}],
}
SAFE = {
    "type": "cache-aside",
    "name": "safe",
    "ttl": "none",
    "fail_safe": {"open": "50ms", "timeout": "20s"},
}


class Killed(Case):
    def virtual(self, **changes):
        rows, _ = self.result_of(dict(KILLED, clock="virtual", **changes))
        return rows

    def check_refusals(self, cache, **changes):
        virtual = self.virtual()["plain/shared"]
        self.assertEqual(virtual["recovery"]["outage_ns"], 800_000_000)
        self.assertAlmostEqual(virtual["reads"]["failed"], 320, delta=1)
        rows, _ = self.result_of(dict(KILLED, caches=[cache], **changes))
        real = rows[f"plain/{cache}"]
        # One that waits for a pause or a timeout is answered in the end, when the server is back.
        self.assertGreater(real["reads"]["failed"], 80)
        self.assertGreaterEqual(real["recovery"]["outage_ns"], 800_000_000)
        self.assertGreater(real["misses"]["lost"], 0)
        self.check_no_server_left()

    @needs("redis")
    def test_redis_refuses_as_in_virtual_time(self):
        self.check_refusals("redis")

    @needs("libmemcached")
    def test_libmemcached_is_refused_as_in_virtual_time(self):
        # The library tries again from the next whole second on.
        self.check_refusals("libmemcached", measure={"duration": "4s"})

    @needs("redis")
    def test_what_the_origin_answers_meanwhile_has_a_cause(self):
        for run in (
            self.virtual(strategies=[SAFE])["safe/shared"],
            self.result_of(dict(KILLED, caches=["redis"], strategies=[SAFE]))[0]["safe/redis"],
        ):
            self.assertGreater(run["misses"]["unavailable"], 80)
            self.assertGreater(run["misses"]["lost"], 0)
            self.assertLess(run["misses"]["unknown"], run["misses"]["unavailable"] / 20)
            self.assertEqual(sum(run["misses"].values()), run["reads"]["miss"])

    def test_the_report_counts_from_the_heal_and_says_what_did_not_get_worse(self):
        scenario = dict(KILLED, clock="virtual", measure={"duration": "9s"})
        scenario["faults"] = [{"at": "2s", "target": "cache", "action": "kill", "for": "3s"}]
        rows, _ = self.result_of(scenario)
        recovery = rows["plain/shared"]["recovery"]
        self.assertEqual(recovery["hit_ratio_state"], "recovered")
        self.assertEqual(recovery["outage_ns"], 3_000_000_000)
        self.assertEqual(recovery["hit_ratio_ns"], recovery["hit_ratio_after_heal_ns"] + 3_000_000_000)
        report = self.run_it("run", self.scenario(scenario)).stdout
        self.assertRegex(report, r"plain/shared +100.0 +3.00 s +[12].00 s")
        # The application's process restarts, and the cache with all cached entries stays.
        scenario["faults"] = [{"at": "2s", "target": "process", "action": "kill", "for": "1ms"}]
        rows, _ = self.result_of(scenario)
        recovery = rows["plain/shared"]["recovery"]
        self.assertEqual(recovery["hit_ratio_state"], "did_not_get_worse")
        self.assertEqual(recovery["hit_ratio_after_heal_ns"], 0)
        self.assertIn("did not get worse", self.run_it("run", self.scenario(scenario)).stdout)


if __name__ == "__main__":
    run_tests()
