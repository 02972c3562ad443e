"""Redis and Memcached in virtual time: models of the servers, and nothing is started."""
import json

from cli_case import Case, needs, run_tests

TWINS = {
    "clock": "virtual",
    "rounds": 2,
    "workload": {
        "keys": {"distribution": "zipf", "count": 20000, "theta": 0.9},
        "value_bytes": 400,
        "mix": {"read": 0.9, "write": 0.1},
        "arrivals": {"loop": "open", "rate": 2000, "process": "poisson"},
    },
    "app": {"processes": 2, "clients": 50, "connections": 50},
    "warmup": {"operations": 40000},
    "measure": {"duration": "6s"},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "5ms"}, "concurrency": 0},
    "caches": [
        {"type": "redis", "memory": "4MiB"},
        {"type": "memcached", "memory": "4MiB", "threads": 2},
    ],
    "strategies": [{"type": "cache-aside", "ttl": "60s"}],
}


class Twins(Case):
    @needs("redis")
    def test_both_run_without_a_server_and_say_what_they_are(self):
        rows, _ = self.result_of(TWINS)
        for cache, version in (("redis", "redis 7.0 (twin)"), ("memcached", "memcached 1.6.18 (twin)")):
            run = rows[f"cache-aside/{cache}"]
            self.assertTrue(run["validity"]["valid"], run["validity"])
            self.assertEqual(run["backend"]["version"], version)
            self.assertEqual(run["exact_evictions"], cache == "memcached")  # Redis draws samples
            self.assertIn("twin", run["validity"]["warning_ids"])
            self.assertGreater(run["backend"]["evictions"], 0)
            self.assertLessEqual(run["backend"]["memory_bytes"], 4 << 20)
            self.assertGreater(run["reads"]["fresh_hit"], 1000)
            self.assertEqual(run["reads"]["failed"], 0)
        report = " ".join(self.run_it("run", self.scenario(TWINS), "--details").stdout.split())
        self.assertRegex(report, "redis is a twin: a model of redis 7.0, with times measured")
        self.assertRegex(report, "memcached is a twin: a model of memcached 1.6.18, with times measured")
        self.check_no_server_left()

    @needs("redis")
    def test_redis_8_is_modeled_where_the_scenario_says_so_and_only_in_virtual_time(self):
        scenario = {
            "clock": "virtual",
            "rounds": 1,
            "workload": {"keys": {"distribution": "uniform", "count": 100_000}, "key_bytes": 16, "value_bytes": 100,
                         "mix": {"read": 1}, "arrivals": {"loop": "open", "rate": 50_000}},
            "app": {"clients": 4, "connections": 4, "timeout": "30s"},
            "measure": {"duration": "1s"},
            "caches": [{"type": "redis", "memory": "4MiB", "version": "8.0"}],
            "strategies": [{"type": "cache-aside", "ttl": "none"}],
        }
        held = self.result_of(scenario)[0]["cache-aside/redis"]["backend"]
        self.assertEqual(held["version"], "redis 8.0 (twin)")
        self.assertAlmostEqual(held["entries"], 16_755, delta=16)  # of redis-server 8.0.2, results/twins-debian13.txt
        refused = self.run_it("run", self.scenario(dict(scenario, clock="real")), expect=2)
        self.assertIn("caches[0].version: is of the twin", refused.stderr)
        number = self.run_it("check", self.scenario(scenario), "--set", "caches.0.version=8.0", expect=2).stderr
        self.assertIn('must be a string, is the number 8.0\n  try: write it in quotes: "8.0"', number)

    @needs("redis")
    def test_the_report_names_the_model_among_what_is_assumed(self):
        scenario = dict(TWINS, caches=["redis"], strategies=["none", "cache-aside"])
        report = self.run_it("run", self.scenario(scenario), "--details").stdout
        self.assertIn("what redis keeps and takes (a model of the server)", " ".join(report.split()))
        self.assertNotIn("a call of redis", report)

    @needs("redis")
    def test_a_network_before_them_is_a_flag_that_the_report_assumes_and_the_scenario_keeps(self):
        scenario = dict(TWINS, rounds=1, strategies=["none", "cache-aside"],
                        caches=["redis", {"type": "memory", "entries": 1000}])
        path, kept = self.scenario(scenario), self.folder / "kept.json"
        near, _ = self.result_of(scenario)
        done = self.run_it("run", path, "--cache-rtt", "0.5ms", "--format", "json")
        far = {run["name"]: run for run in json.loads(done.stdout)["runs"]}
        caches = json.loads(done.stdout)["scenario"]["caches"]
        self.assertEqual([cache.get("rtt") for cache in caches], ["500us", None])

        def mean(rows, cache):
            """Of a hit, in ns."""
            return rows[f"cache-aside/{cache}"]["costs"]["hit_ns"]

        self.assertAlmostEqual(mean(far, "redis") - mean(near, "redis"), 500_000, delta=25_000)
        self.assertEqual(mean(far, "memory"), mean(near, "memory"))
        report = " ".join(self.run_it("run", path, "--cache-rtt", "0.5ms", "--details").stdout.split())
        self.assertIn("what redis keeps and takes (a model of the server, a network of 500us a round trip before it)",
                      report)
        self.assertIn("and 500us more for each round trip over a network (rtt)", report)
        self.run_it("run", path, "--cache-rtt", "0.5ms", "--write-scenario", str(kept))
        again, _ = self.result_of(json.loads(kept.read_text()))
        self.assertEqual(again["cache-aside/redis"]["latency"], far["cache-aside/redis"]["latency"])

    @needs("redis")
    def test_a_network_before_them_is_refused_where_the_network_is_real(self):
        path = self.scenario(dict(TWINS, clock="real", caches=["redis"]))
        for command in ("run", "check", "gate"):
            sides = ("--candidate", "caches.0.memory=8MiB") if command == "gate" else ()
            refused = self.run_it(command, path, "--cache-rtt", "0.5ms", *sides, expect=2)
            self.assertIn("--cache-rtt 0.5ms", refused.stderr)
            self.assertIn("in real time the network is real", refused.stderr)
            self.assertIn('"address"', refused.stderr)
        memory = self.scenario(dict(TWINS, caches=["memory"]))
        refused = self.run_it("check", memory, "--cache-rtt", "1ms", expect=2).stderr
        self.assertIn("no cache here has the field rtt", refused)
        virtual = self.scenario(dict(TWINS, caches=["redis"]))
        socket = ("--cache-rtt", "1ms", "--set", "caches.0.transport=unix")
        self.assertIn("no network before a Unix socket", self.run_it("check", virtual, *socket, expect=2).stderr)
        for word in ("-1ms", "1h", "fast"):
            self.assertIn("rtt", self.run_it("check", virtual, f"--cache-rtt={word}", expect=2).stderr)

    @needs("redis")
    def test_a_gate_sets_the_network_of_both_sides_before_what_differs(self):
        short = dict(TWINS, rounds=1, caches=["redis"], strategies=["direct"], measure={"operations": 2000},
                     warmup={"operations": 2000})
        del short["origin"]
        done = self.run_it("gate", self.scenario(short), "--cache-rtt", "1ms", "--candidate", "caches.0.rtt=2ms",
                           "--format", "json", expect=3)
        items = {item["metric"]: item for item in json.loads(done.stdout)["items"]}
        item = items["read.response.p50"]
        self.assertAlmostEqual(item["candidate"] - item["base"], 1_000_000, delta=50_000)
        self.assertAlmostEqual(item["base"], 1_075_000, delta=75_000)

    @needs("redis")
    def test_take_their_times_from_a_calibration_where_there_is_one(self):
        slow = [{"value_bytes": 0, "round_trip_ns": [5_000_000], "service_ns": [1_000]}]
        operations = {name: slow for name in ("get_hit", "get_miss", "set", "erase")}
        servers = [{"server": "redis", "transport": "tcp", "operations": operations}]
        state = self.folder / "state" / "hitbench"
        state.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"schema": "hitbench.calibration/1", "source": "measured on a desk", "servers": servers})
        (state / "calibration.json").write_text(text)
        scenario = dict(TWINS, caches=["redis"], strategies=[{"type": "direct", "ttl": "none"}])
        run = self.result_of(scenario)[0]["direct/redis"]
        self.assertGreater(run["latency"]["read"]["response"]["p50_ns"], 4_900_000)
        self.assertIn("with times measured on a desk", run["validity"]["warnings"][-1])
        (state / "calibration.json").write_text(text.replace("5000000", "-1"))
        refused = self.run_it("run", self.scenario(scenario), expect=1)
        self.assertIn("calibration.json", refused.stderr)

    @needs("redis")
    def test_say_of_their_memory_what_the_servers_say(self):
        for connections in (2, 20):
            scenario = {
                "rounds": 1,
                "workload": {"keys": {"distribution": "uniform", "count": 300}, "mix": {"read": 1},
                             "arrivals": {"loop": "open", "rate": 5000}},
                "app": {"clients": connections, "connections": connections},
                "warmup": {"preload": True},
                "measure": {"duration": "2s"},  # once a second Redis counts what its clients' buffers take
                "caches": ["redis", "memcached"],
                "strategies": [{"type": "direct", "ttl": "none"}],
            }
            real, _ = self.result_of(scenario)
            version = "8.0" if real["direct/redis"]["backend"]["version"].startswith("redis 8") else "7.0"
            twins = [{"type": "redis", "version": version}, "memcached"]
            virtual, _ = self.result_of(dict(scenario, clock="virtual", caches=twins))
            for row, run in real.items():
                with self.subTest(row=row, connections=connections):
                    self.assertEqual(run["backend"]["entries"], 300)
                    ratio = virtual[row]["backend"]["memory_bytes"] / run["backend"]["memory_bytes"]
                    self.assertAlmostEqual(ratio, 1, delta=0.01)
        self.check_no_server_left()

    @needs("redis")
    def test_are_reproducible_to_the_last_bit(self):
        self.assertEqual(self.result_of(TWINS)[0], self.result_of(TWINS)[0])

    @needs("redis")
    def test_check_starts_nothing_and_no_exec_allows_their_arguments(self):
        scenario = dict(TWINS, caches=[{"type": "redis", "args": ["--maxmemory-samples", "10"]}])
        self.assertNotIn("starts", self.run_it("check", self.scenario(scenario)).stdout)
        self.run_it("check", self.scenario(scenario), "--no-exec")

    @needs("redis")
    def test_refuse_by_name_what_means_nothing_to_them(self):
        for cache, named in (
            ({"type": "redis", "address": "redis://127.0.0.1:6379"}, '"address" needs real time'),
            ({"type": "memcached", "server": "/usr/bin/memcached"}, '"server" needs real time'),
            ({"type": "redis", "pin": "0"}, '"pin" needs real time'),
            ({"type": "memcached", "key_prefix": "x:"}, '"key_prefix" needs real time'),
            ({"type": "redis", "args": ["--io-threads", "2"]}, '"--io-threads 2" is not known to the twin'),
            ({"type": "memcached", "args": ["-R", "5"]}, '"-R" is not known to the twin'),
        ):
            refused = self.run_it("check", self.scenario(dict(TWINS, caches=[cache])), expect=2)
            self.assertIn(named, refused.stderr)

    @needs("libmemcached")
    def test_a_client_library_has_no_twin(self):
        refused = self.run_it("check", self.scenario(dict(TWINS, caches=["libmemcached"])), expect=2)
        self.assertIn('"libmemcached" cannot run in virtual time', refused.stderr)

    @needs("redis")
    def test_a_full_server_that_may_not_evict_says_so_and_what_to_do(self):
        cache = {"type": "redis", "memory": "4MiB", "policy": "noeviction"}
        rows, _ = self.result_of(dict(TWINS, caches=[cache]))
        said = rows["cache-aside/redis"]["server_messages"]
        self.assertTrue(said[0]["text"].startswith("OOM command not allowed"), said)
        self.assertIn("maxmemory", said[0]["remedy"])

    @needs("redis")
    def test_arguments_change_what_is_kept(self):
        few = dict(TWINS, caches=[{"type": "redis", "memory": "4MiB", "args": ["--maxmemory", "2mb"]}])
        entries = self.result_of(few)[0]["cache-aside/redis"]["backend"]["entries"]
        more = self.result_of(TWINS)[0]["cache-aside/redis"]["backend"]["entries"]
        self.assertLess(entries, 0.6 * more)

    @needs("redis")
    def test_compare_counts_what_a_policy_changes_exactly(self):
        base = self.folder / "base.json"
        candidate = self.folder / "candidate.json"
        lru = dict(TWINS, caches=[{"type": "redis", "memory": "4MiB"}])
        lfu = dict(TWINS, caches=[{"type": "redis", "memory": "4MiB", "policy": "allkeys-lfu"}])
        for path, scenario in ((base, lru), (candidate, lfu)):
            path.write_text(self.run_it("run", self.scenario(scenario), "--format", "json").stdout)
        same = self.run_it("compare", base, base, "--format", "json")
        verdict = json.loads(same.stdout)
        self.assertEqual(verdict["verdict"], "pass")
        self.assertEqual({item["method"] for item in verdict["items"]}, {"exact"})
        other = json.loads(self.run_it("compare", base, candidate, "--force", "--format", "json", expect=None).stdout)
        misses = next(item for item in other["items"] if item["metric"] == "reads.miss")
        self.assertEqual(misses["method"], "exact")
        self.assertNotEqual(misses["base"], misses["candidate"])

    @needs("redis")
    def test_keep_the_queue_of_writes(self):
        behind = {"type": "write-behind", "on_write": {"type": "behind", "queue_in": "redis"}}
        rows, _ = self.result_of(dict(TWINS, caches=["redis"], strategies=[behind]))
        queue = rows["write-behind/redis"]["write_queue"]
        self.assertGreater(queue["queued"], 0)
        self.assertEqual(rows["write-behind/redis"]["consistency"]["lost_writes"], 0)


if __name__ == "__main__":
    run_tests()
