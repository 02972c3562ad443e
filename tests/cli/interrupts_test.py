"""Ctrl-C in every phase, and processes that somebody stops: a run ends by itself, whatever it waits for."""
import json
import os
import signal
import time

from cli_case import needs, run_tests, wait_for, with_changes
from own_server_case import OwnServerCase, children_of

LONG = "10m"  # that a run would wait, were it not for the signal; the tests wait for a fraction of it
PATIENCE = 60


class Interrupts(OwnServerCase):
    def end(self, process, number=signal.SIGINT, expect=130):
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, expect, err)
        self.check_no_server_left()
        return out, err

    def long(self, **changes):
        """Operations wait for very long, so that whoever waits for them does."""
        slow = {"clients": 4, "connections": 4, "timeout": LONG}
        usual = {"app": slow, "strategies": ["cache-aside"], "rounds": 1, "measure": {"operations": "1G"}}
        return self.scenario(with_changes(**{**usual, **changes}))

    def stop_server(self, process):
        self.assertTrue(wait_for(lambda: self.servers()))
        self.assertTrue(wait_for(lambda: len(children_of(process.pid)) > 1))
        self.wait_for_work(process)
        os.kill(self.servers()[0], signal.SIGSTOP)

    @needs("redis")
    def test_while_operations_wait(self):
        """The figures of what had ended by then are reported."""
        process = self.start("run", self.long(caches=[self.redis()], warmup={"operations": 0}), "--format", "json")
        self.assertTrue(wait_for(lambda: self.keys() > 100))
        self.server.send_signal(signal.SIGSTOP)
        out, err = self.end(process)
        result = json.loads(out)
        self.assertIs(result["complete"], False)
        run = result["runs"][0]
        self.assertIsNone(run["skipped"])
        self.assertGreater(run["operations"], 100)
        self.assertGreater(run["backend"]["keys_left"], 100)
        self.assertIn(run["backend"]["key_prefix"], err)

    def test_while_a_cache_is_loaded_or_warmed_up(self):
        large = {"keys": {"distribution": "uniform", "count": "3M"}}
        for changes in ({"strategies": ["direct"], "workload": large}, {"warmup": {"operations": "1G"}}):
            process = self.start("run", self.long(caches=["memcached"], **changes), "--format", "json")
            self.stop_server(process)
            out, _ = self.end(process)
            self.assertIn("interrupted", json.loads(out)["runs"][0]["skipped"])

    @needs("redis")
    def test_while_a_killed_cache_is_away(self):
        """Nobody waits for it to come back, and what was measured before stands."""
        faults = [{"at": "300ms", "target": "cache", "action": "kill", "for": "8s"}]
        app = {"clients": 2, "timeout": "100ms"}
        changes = {"caches": ["redis"], "app": app, "faults": faults, "warmup": {"operations": 0}}
        process = self.start("run", self.long(measure={"duration": LONG}, **changes), "--format", "json")
        self.assertTrue(wait_for(lambda: self.servers()))
        self.assertTrue(wait_for(lambda: not self.servers()))
        out, _ = self.end(process)
        run = json.loads(out)["runs"][0]
        self.assertIsNone(run["skipped"])
        self.assertGreater(run["operations"], 0)

    def test_while_a_database_is_filled(self):
        many = {"keys": {"distribution": "uniform", "count": "50M"}}
        process = self.start("run", self.long(caches=["memory"], origin={"type": "sqlite"}, workload=many))
        self.assertTrue(wait_for(lambda: list(self.folder.glob("hitbench-*/origin-*.sqlite"))))
        self.end(process)
        self.assertEqual(list(self.folder.glob("hitbench-*")), [])

    def test_while_threads_wait(self):
        threads = {"clients": 2, "connections": 2, "model": "thread", "timeout": LONG}
        process = self.start("run", self.long(caches=["memcached"], app=threads))
        self.stop_server(process)
        self.end(process)

    def test_while_a_server_starts(self):
        silent = self.folder / "silent"
        silent.write_text("#!/bin/sh\nexec sleep 600\n")
        silent.chmod(0o755)
        caches = [{"type": "memcached", "server": str(silent), "name": str(i)} for i in range(20)]
        process = self.start("run", self.long(caches=caches))
        self.assertTrue(wait_for(lambda: list(self.folder.glob("hitbench-*/memcached-*"))))
        self.end(process)

    def test_while_acknowledged_writes_reach_a_slow_origin(self):
        behind = {"type": "write-behind", "on_write": {"type": "behind", "flush": "1h", "batch": 10000}}
        slow = {"type": "simulated", "latency": {"distribution": "fixed", "value": "2s"}, "concurrency": 1}
        writes = {"keys": {"distribution": "uniform", "count": 5000}, "mix": {"write": 1, "read": 0}}
        path = self.long(strategies=[behind], origin=slow, workload=writes, measure={"operations": 2000}, warmup={})
        process = self.start("run", path)
        self.assertTrue(wait_for(lambda: len(children_of(process.pid)) > 1))
        time.sleep(2)
        self.end(process)

    def test_in_virtual_time(self):
        endless = {"clock": "virtual", "measure": {"duration": "10000h"}, "rounds": 1}
        # One operation that looks at a lock every nanosecond, for ever.
        lock = {"type": "cache-aside", "guard": {"type": "lock", "ttl": "10000h", "poll": "1ns", "wait": "none"}}
        slow = {"type": "simulated", "latency": {"distribution": "fixed", "value": "10000h"}}
        stuck = {"strategies": [lock], "origin": slow, "app": {"clients": 4, "timeout": "10000h"}}
        for changes in (endless, {**endless, **stuck}):
            process = self.start("run", self.scenario(with_changes(**changes)))
            self.wait_for_work(process)
            self.assertIsNone(process.poll(), process.stderr)
            self.end(process)

    def test_while_the_highest_rate_is_searched(self):
        path = self.long(caches=["memcached"], measure={"duration": LONG})
        process = self.start("run", path, "--find-max", "read.response.p99<1ms")
        self.stop_server(process)
        self.end(process)

    def test_while_a_gate_runs(self):
        virtual = {"clock": "virtual"}
        real = {"caches": ["memcached"], "measure": {"operations": "1G"}}
        for changes in (real, {**virtual, "measure": {"duration": "10000h"}}):
            path = self.scenario(with_changes(strategies=["cache-aside"], **changes))
            process = self.start("gate", path, "--candidate", "app.clients=3")
            self.wait_for_work(process, 0.5)  # in its slots
            self.assertIsNone(process.poll())
            self.end(process)

    @needs("redis")
    def test_a_process_that_was_stopped_from_outside_ends_its_row(self):
        processes = {"clients": 2, "processes": 2, "timeout": "1s"}
        scenario = self.on(self.redis(), rounds=1, app=processes, measure={"operations": "1G"})
        process = self.start("run", self.scenario(scenario), "--format", "json")
        self.assertTrue(wait_for(lambda: self.keys() > 100))
        stopped = children_of(process.pid)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1, err)
        why = json.loads(out)["runs"][0]["skipped"]
        self.assertRegex(why, r"application process \d \(pid \d+\) has not moved for .*SIGSTOP")
        self.assertTrue(any(f"pid {pid})" in why for pid in stopped))
        self.assertEqual(self.keys(), 0, "it goes on to remove its keys")

    def test_a_later_signal_ends_the_program_at_once(self):
        process = self.start("run", self.long(caches=["memcached"], app={"clients": 2, "timeout": LONG}))
        self.stop_server(process)
        process.send_signal(signal.SIGINT)
        time.sleep(1.2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        self.assertIn(process.returncode, (-signal.SIGINT, 130), "130 where it was quicker than the second signal")
        self.check_no_server_left()


if __name__ == "__main__":
    run_tests()
