"""A user's own server: nothing of theirs is touched, and nothing of ours stays."""
import json
import os
import re
import signal
import time

from cli_case import needs, run_tests, wait_for
from own_server_case import OwnServerCase, free_port


class OwnServers(OwnServerCase):
    def fill(self, count, size):
        """Keys of theirs."""
        self.ask("eval", f"for i=1,{count} do redis.call('set','theirs:'..i,string.rep('x',{size})) end return 1", 0)

    def only_row(self, scenario, *arguments, **options):
        rows, _ = self.result_of(scenario, *arguments, **options)
        self.assertEqual(len(rows), 1)
        return next(iter(rows.values()))

    # ---- Whose keys are whose ----

    @needs("redis")
    def test_two_runs_at_once_and_one_after_a_killed_one_do_not_meet(self):
        cache = self.redis()
        scenario = self.on(cache)
        alone = self.only_row(scenario)
        self.assertRegex(alone["backend"]["key_prefix"], r"^hitbench:[a-z2-7]{26}:1:$")
        self.assertEqual(alone["backend"]["keys_left"], 0)
        self.assertEqual(self.keys(), 0)

        killed = self.start("run", self.endless(cache))
        self.assertTrue(wait_for(lambda: self.keys() > 100))
        killed.kill()
        killed.wait()
        alone_there = lambda: len(self.ask("client", "list").splitlines()) == 1
        self.assertTrue(wait_for(alone_there), "its processes are gone")
        left = self.ask("keys", "*").split()
        self.assertGreater(len(left), 100)
        for_good = (
            "local n=0 for _,k in ipairs(redis.call('keys','*')) do "
            "if redis.call('ttl',k)<0 then n=n+1 end end return n"
        )
        self.assertEqual(self.ask("eval", for_good, 0), "0", "even SIGKILL leaves nothing for good")
        prefixes = {key[: key.rindex(":") + 1] for key in left}

        both = [self.start("run", self.scenario(scenario, f"{i}.json"), "--format", "json") for i in range(2)]
        for process in both:
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, err)
            run = json.loads(out)["runs"][0]
            self.assertEqual(run["reads"], alone["reads"], "the same misses as alone on an empty server")
            self.assertEqual(run["misses"], alone["misses"])
            prefixes.add(run["backend"]["key_prefix"])
        self.assertEqual(len(prefixes), 3)
        self.assertEqual(set(self.ask("keys", "*").split()), set(left))

    @needs("redis")
    def test_every_key_has_a_ttl_that_the_report_tells(self):
        cache = self.redis()
        behind = {"type": "write-behind", "on_write": {"type": "behind", "flush": "100ms", "queue_in": "redis"}}
        locked = {"type": "cache-aside", "guard": "lock", "ttl": "none", "name": "locked"}
        changes = {
            "workload": {"keys": {"distribution": "zipf", "count": 500}, "mix": {"read": 0.5, "write": 0.5}},
            "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "50ms"}},
            "app": {"clients": 8, "connections": 8},
        }
        path = self.endless(cache, strategies=[behind, locked], **changes)
        process = self.start("run", path, "--details", "--set", "measure.duration=1s")
        seen = set()
        longest = (2 * 2 * 1 + 3600) * 1000  # two rows of 1 s
        without = (
            "local bad={} for _,k in ipairs(redis.call('keys','*')) do local t=redis.call('pttl',k) "
            f"if t==-1 or t>{longest} then bad[#bad+1]=k..' '..t end end return bad"
        )
        while process.poll() is None:
            self.assertEqual(self.ask("eval", without, 0), "")
            seen |= {re.sub(r"[0-9]+$", "", key.split(":", 3)[3]) for key in self.ask("keys", "*").split()}
            time.sleep(0.02)
        out, err = process.communicate()
        self.assertEqual(process.returncode, 0, err)
        self.assertTrue({"write-queue:writes", "write-queue:waiting"} <= seen, seen)
        self.assertTrue(any("lock" in name for name in seen), seen)
        told = r"keys on your server began with hitbench:[a-z2-7]{26}: and expire within 60.1 min"
        self.assertRegex(" ".join(out.split()), told)
        self.assertEqual(self.keys(), 0)

    # ---- What cannot be removed ----

    @needs("redis")
    def test_keys_are_removed_where_del_and_unlink_are_refused(self):
        for renamed in (["DEL"], ["DEL", "UNLINK"], ["DEL", "UNLINK", "PEXPIRE"]):
            more = [word for name in renamed for word in ("--rename-command", name, "")]
            run = self.only_row(self.on(self.redis(*more)))
            self.assertEqual(run["backend"]["keys_left"], 0, renamed)
            self.assertTrue(wait_for(lambda: self.keys() == 0), renamed)

    @needs("redis")
    def test_a_node_of_a_cluster_keeps_nothing(self):
        # Else the bus is 10,000 ports higher, where there may be none.
        bus = ["--cluster-port", str(free_port())]
        cache = self.redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", *bus)
        self.ask("cluster", "addslotsrange", 0, 8191)
        self.assertTrue(wait_for(lambda: "cluster_state:ok" in self.ask("cluster", "info")))
        run = self.only_row(self.on(cache), expect=None)
        self.assertGreater(run["operations"], 0)
        self.assertEqual(run["backend"]["keys_left"], 0)
        self.assertEqual(self.keys(), 0)

    @needs("redis")
    def test_keys_that_cannot_be_removed_are_reported(self):
        cache = self.redis()
        process = self.start("run", self.endless(cache), "--set", "measure.duration=2s", "--format", "json")
        self.assertTrue(wait_for(lambda: self.keys() > 100))
        there = self.keys()
        self.server.send_signal(signal.SIGSTOP)
        out, err = process.communicate(timeout=60)
        self.server.send_signal(signal.SIGCONT)
        run = json.loads(out)["runs"][0]
        self.assertGreaterEqual(run["backend"]["keys_left"], there)
        words = f"{run['backend']['key_prefix']} and expire within"
        self.assertIn(words, " ".join(run["validity"]["warnings"]))
        self.assertIn(words, err)

    @needs("redis")
    def test_hang_ups_and_two_signals_at_once_end_a_run_in_order(self):
        """As a terminal that closes while the data set is loaded, and as `timeout`, which signals child and group."""
        cache = self.redis()
        large = {"keys": {"distribution": "uniform", "count": 3000000}, "value_bytes": 40}
        loading = {"strategies": ["direct"], "app": {"clients": 50, "connections": 50}, "workload": large}
        for path, signals in (
            (self.endless(cache, **loading), [signal.SIGHUP]),
            (self.endless(cache), [signal.SIGTERM, signal.SIGTERM]),
        ):
            process = self.start("run", path, "--format", "json")
            self.assertTrue(wait_for(lambda: self.keys() > 100))
            for number in signals:
                process.send_signal(number)
                os.killpg(process.pid, number)
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130, err)
            result = json.loads(out)
            self.assertIs(result["complete"], False)
            self.assertEqual(result["runs"][0]["backend"]["keys_left"], 0)
            self.assertEqual(self.keys(), 0)
        self.assertGreater(result["runs"][0]["operations"], 0, "the partial report")

    # ---- Whose memory it is ----

    @needs("redis")
    def test_a_users_keys_are_not_evicted(self):
        cache = self.redis("--maxmemory", "30mb", "--maxmemory-policy", "allkeys-lru")
        self.fill(20000, 1000)
        workload = {"keys": {"distribution": "uniform", "count": 20000}, "value_bytes": 1000}
        scenario = self.on(cache, strategies=["direct"], workload=workload)
        done = self.run_it("run", self.scenario(scenario), expect=1)
        said = " ".join(done.stderr.split())
        for words in ("maxmemory of 30.0 MiB (allkeys-lru)", "20,000 keys of this run", '"allow_evictions": true'):
            self.assertIn(words, said)
        self.assertEqual(self.keys(), 20000)
        scenario["caches"] = [{"type": "redis", "address": cache, "allow_evictions": True}]
        run = self.only_row(scenario)
        self.assertGreater(run["operations"], 0)
        self.assertIn("allow_evictions", " ".join(run["validity"]["warnings"]))

    @needs("redis")
    def test_rows_on_one_server_are_added_up(self):
        cache = self.redis("--maxmemory", "30mb", "--maxmemory-policy", "allkeys-lru")
        workload = {"keys": {"distribution": "uniform", "count": 12000}, "value_bytes": 1000}
        rows, _ = self.result_of(self.on(cache, strategies=["direct", "cache-aside"], workload=workload), expect=1)
        failed = {name: run["skipped"] for name, run in rows.items()}
        self.assertEqual([words is None for words in failed.values()], [True, False], failed)
        self.assertIn("with the rows before it", list(failed.values())[1])

    @needs("redis")
    def test_a_run_stops_when_the_server_begins_to_evict(self):
        cache = self.redis("--maxmemory", "30mb", "--maxmemory-policy", "allkeys-random")
        process = self.start("run", self.endless(cache), "--format", "json")
        self.assertTrue(wait_for(lambda: self.keys() > 100))
        self.fill(40000, 1000)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, err)
        self.assertRegex(json.loads(out)["runs"][0]["skipped"], r"has evicted [\d,]+ keys since")

    @needs("redis")
    def test_connections_take_room_from_keys(self):
        """One takes 39 KB of maxmemory, so that removing our keys must not open more of them than the run had."""
        cache = self.redis("--maxmemory", "2mb", "--maxmemory-policy", "allkeys-lru")
        self.fill(50, 10)
        few = {"processes": 2, "clients": 1, "connections": 1, "pool": "per_operation"}
        self.assertEqual(self.only_row(self.on(cache, app=few))["backend"]["keys_left"], 0)
        for app in ({"clients": 30, "connections": 30}, {"clients": 30, "connections": 1, "pool": "per_operation"}):
            done = self.run_it("run", self.scenario(self.on(cache, app=app)), expect=1)
            self.assertIn("maxmemory of 2.00 MiB (allkeys-lru)", " ".join(done.stderr.split()))
        self.assertEqual(self.keys(), 50)
        self.assertIn("evicted_keys:0", self.ask("info", "stats"))

    @needs("redis")
    def test_no_ttl_beside_a_policy_that_asks_for_one(self):
        cache = self.redis("--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru")
        done = self.run_it("run", self.scenario(self.on(cache, strategies=["direct"])), expect=1)
        self.assertIn("volatile-lru", done.stderr)
        run = self.only_row(self.on(cache, strategies=[{"type": "direct", "ttl": "1m"}]))
        self.assertGreater(run["operations"], 0)

    def test_memcached_is_spared_too(self):
        cache = self.memcached("-m", "8")
        kinds = [cache] if "libmemcached" not in self.lib() else [cache, "lib" + cache]
        workload = {"keys": {"distribution": "uniform", "count": 10000}, "value_bytes": 1000}
        for address in kinds:
            scenario = self.on(address, strategies=["direct"], workload=workload)
            done = self.run_it("run", self.scenario(scenario), expect=1)
            self.assertIn("limit_maxbytes of 8.00 MiB", " ".join(done.stderr.split()))
            self.assertEqual(self.memcached_stat("evictions"), 0)
            run = self.only_row(self.on(address))
            self.assertEqual(run["backend"]["keys_left"], 0)
            self.assertTrue(wait_for(lambda: self.memcached_stat("curr_items") == 0))

    def lib(self):
        listed = self.run_it("list", "caches").stdout
        return "" if re.search(r"libmemcached\b.*not built", listed) else listed


if __name__ == "__main__":
    run_tests()
