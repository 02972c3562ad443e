"""What an application sees of a cache that is killed, in both clocks, and what the report says of it."""
from cli_case import THE_MACHINES, Case, needs, run_tests

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


# Of a server that is away for a second, one that hangs for a second, and one that is slow: docs/method.md, "Twins".
AWAY = {
    "rounds": 1,
    "workload": {
        "keys": {"distribution": "uniform", "count": 300},
        "arrivals": {"loop": "open", "rate": 400, "process": "constant"},
    },
    "app": {"clients": 100, "connections": 20, "timeout": "250ms"},
    "warmup": {"preload": True},
    "measure": {"duration": "3500ms"},
    "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "1ms"}},
    "caches": ["redis", "memcached"],
    "strategies": [{"type": "cache-aside", "ttl": "none"}],
}
REFUSED = "no connection: Connection refused"
UNANSWERED = "no answer within the timeout"


@needs("redis")
class Twins(Case):
    """The same kinds of things happen on the real clock, in numbers of the same order; in virtual time all is exact."""

    def both(self, **fault):
        scenario = dict(AWAY, faults=[dict({"at": "1s", "target": "cache"}, **fault)])
        for _ in range(5):  # again where the machine stopped everything: that is another fault
            real, _ = self.result_of(scenario)
            if not any(THE_MACHINES & set(row["validity"]["reason_ids"]) for row in real.values()):
                break
        virtual, _ = self.result_of(dict(scenario, clock="virtual"))
        for cache in ("redis", "memcached"):
            yield cache, real[f"cache-aside/{cache}"], virtual[f"cache-aside/{cache}"]
        self.check_no_server_left()

    @staticmethod
    def words(run):
        return {message["text"] for message in run["server_messages"]}

    def test_a_killed_server_refuses_at_once_and_is_empty(self):
        for cache, real, virtual in self.both(action="kill", **{"for": "1s"}):
            with self.subTest(cache=cache):
                # 400 reads come while it is away; afterwards a pause of at most 100 ms is waited out.
                self.assertGreaterEqual(virtual["reads"]["failed"], 395)
                self.assertLessEqual(virtual["reads"]["failed"], 460)
                self.assertGreater(real["reads"]["failed"], 100)
                self.assertNotIn(UNANSWERED, self.words(virtual))
                for run in (real, virtual):
                    self.assertIn(REFUSED, self.words(run))
                    # All 300 keys are gone, and most of them are asked for again.
                    self.assertGreater(run["misses"]["lost"], 100)
                    self.assertLessEqual(run["misses"]["lost"], 300)
                    self.assertGreaterEqual(run["recovery"]["outage_ns"], 1_000_000_000)
                    self.assertGreater(run["recovery"]["origin_loads_peak_s"], 50)

    def test_a_stopped_server_lets_calls_wait_and_has_everything_afterwards(self):
        for cache, real, virtual in self.both(action="stop", **{"for": "1s"}):
            with self.subTest(cache=cache):
                # Those that have timed out by the time it goes on: all but the last quarter of a second.
                self.assertAlmostEqual(virtual["reads"]["failed"], 300, delta=10)
                self.assertGreater(real["reads"]["failed"], 50)
                for run in (real, virtual):
                    self.assertIn(UNANSWERED, self.words(run))
                    self.assertNotIn(REFUSED, self.words(run))
                    self.assertEqual(run["misses"]["lost"], 0)
                    self.assertLessEqual(run["recovery"]["origin_loads_peak_s"], 0 if run is virtual else 20)
                    self.assertGreaterEqual(run["latency"]["read"]["response"]["max_ns"], 150_000_000)

    def test_a_slow_server_answers_late(self):
        for cache, real, virtual in self.both(action="slow", by="20ms", **{"for": "1s"}):
            with self.subTest(cache=cache):
                self.assertEqual(virtual["reads"]["failed"], 0)
                self.assertLess(virtual["latency"]["read"]["response"]["p50_ns"], 1_000_000)
                for run in (real, virtual):
                    self.assertNotIn(REFUSED, self.words(run))
                    self.assertEqual(run["misses"]["lost"], 0)
                    # 400 of 1,400 reads.
                    self.assertGreater(run["latency"]["read"]["response"]["p90_ns"], 20_000_000)


if __name__ == "__main__":
    run_tests()
