"""hitbench calibrate: what it finds of real servers is kept, and virtual runs say that they take it."""
import json
import os
import shutil
import signal
import stat

from cli_case import BINARY, Case, Watched, needs, run_tests

SHORT = "1s"
VIRTUAL = {
    "clock": "virtual",
    "rounds": 1,
    "workload": {"keys": {"distribution": "uniform", "count": 100}},
    "app": {"clients": 4, "connections": 4},
    "measure": {"operations": 1000},
    "caches": ["redis", "memcached"],
    "strategies": ["direct"],
}
MEASURED = {"get_hit", "get_miss", "set", "erase", "batch_key"}


class Calibrate(Case):
    def setUp(self):
        super().setUp()
        self.kept = self.folder / "state" / "hitbench" / "calibration.json"
        self.bin = self.folder / "bin"
        self.bin.mkdir()

    def keep(self, text):
        self.kept.parent.mkdir(parents=True)
        self.kept.write_text(text)

    def only(self, server):
        """On the PATH."""
        (self.bin / server).symlink_to(shutil.which(server))
        self.environment["PATH"] = str(self.bin)

    def calibrate(self):
        """Longer where the machine is so busy that nothing may be kept, which is tested as well."""
        before = self.kept.read_text() if self.kept.exists() else None
        for time in ("1s", "2s", "4s", "8s"):
            done = self.run_it("calibrate", "--for", time, expect=None, timeout=200)
            if done.returncode == 0:
                return done
            self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
            self.assertRegex(done.stderr, "no times were kept: .*(waited for a CPU|stalled|began late|too few calls)")
            self.assertEqual(self.kept.read_text() if self.kept.exists() else None, before)
        return self.fail(done.stderr)

    def check_operations(self, servers):
        self.assertEqual([(one["server"], one["transport"]) for one in servers], [("redis", "tcp"), ("redis", "unix")])
        for server in servers:
            self.assertEqual(MEASURED, set(server["operations"]))
            for name in ("get_hit", "set"):
                sizes = [size["value_bytes"] for size in server["operations"][name]]
                self.assertEqual(sizes, [100, 10000, 100000])
            for operation in server["operations"].values():
                for size in operation:
                    self.assertEqual(size["round_trip_ns"], sorted(size["round_trip_ns"]))
                    self.assertLessEqual(max(size["service_ns"]), max(size["round_trip_ns"]))
            # A machine that moves 100 KB in the time of a hit of 100 B would be news.
            hits = server["operations"]["get_hit"]
            self.assertGreater(hits[2]["service_ns"][0], hits[0]["service_ns"][0])

    def times_in_virtual_runs(self):
        """Where they are from, by cache."""
        rows, _ = self.result_of(VIRTUAL)
        return {name.split("/")[1]: row["validity"]["warnings"][-1] for name, row in rows.items()}

    @needs("redis")
    def test_keeps_what_virtual_runs_take_and_leaves_out_aloud_who_is_not_there(self):
        self.keep("{")
        self.kept.chmod(0o644)
        refused = self.run_it("run", self.scenario(VIRTUAL), expect=1)
        self.assertIn("calibration.json", refused.stderr)
        self.assertIn("hitbench calibrate measures again", refused.stderr)
        self.only("redis-server")
        done = self.calibrate()
        self.assertIn("memcached is not measured: ", done.stderr)
        self.assertEqual(done.stderr.count("is not measured"), 1)
        self.assertIn(f"Kept in {self.kept}", " ".join(done.stdout.split()))
        self.assertEqual(stat.S_IMODE(self.kept.stat().st_mode), 0o600)
        self.assertEqual(os.listdir(self.kept.parent), ["calibration.json"])
        self.check_no_server_left()
        self.check_operations(json.loads(self.kept.read_text())["servers"])
        for call in ("hit", "miss", "set", "deletion", "further key"):
            self.assertRegex(done.stdout, rf"redis, unix +{call} ")
        times = self.times_in_virtual_runs()
        self.assertIn("with times measured on this machine (", times["redis"])
        self.assertRegex(times["redis"], r"redis \d+\.\d+\.\d+; those of new connections, scripts and logs are shipped")
        self.assertIn("with times measured once over loopback, not on this machine", times["memcached"])

    @needs("redis")
    def test_keeps_nothing_of_a_server_that_does_something_else(self):
        """It evicts what should hit: that is so at every attempt, and the older file stays."""
        self.keep("the older one")
        fake = self.bin / "redis-server"
        fake.write_text(f'#!/bin/sh\nexec {shutil.which("redis-server")} "$@" --maxmemory 3mb\n')
        fake.chmod(0o755)
        self.environment["PATH"] = str(self.bin)
        done = self.run_it("calibrate", "--for", SHORT, expect=4, timeout=200)
        self.assertIn("not determined, and no times were kept: ", done.stderr)
        self.assertIn("not of the kind that was meant", done.stderr)
        self.assertIn("try: again while nothing else runs on this machine", done.stderr)
        self.assertIn("with measurements of --for 6s in all", done.stderr)
        self.assertEqual(self.kept.read_text(), "the older one")
        self.check_no_server_left()

    @needs("redis")
    def test_keeps_nothing_when_it_is_interrupted(self):
        self.keep("the older one")
        process = Watched([BINARY, "calibrate"], env=self.environment)
        self.wait_for_phase(process, "step 2 of")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, process.said)
        self.assertEqual(os.listdir(self.kept.parent), ["calibration.json"])
        self.assertEqual(self.kept.read_text(), "the older one")
        self.check_no_server_left()

    def test_refuses_what_it_cannot_do(self):
        for arguments, words in (
            (("--for", "10"), "--for '10' is no time"),
            (("--for", "100ms"), "56 measurements share that time"),
            (("--for", "2h"), "between 560ms and 1h"),
            (("redis",), "unexpected argument 'redis'"),
        ):
            refused = self.run_it("calibrate", *arguments, expect=2)
            self.assertIn(words, refused.stderr)
        self.environment["PATH"] = str(self.bin)
        refused = self.run_it("calibrate", expect=1)
        self.assertIn("there is no server to measure", refused.stderr)
        del self.environment["XDG_STATE_HOME"]
        self.environment["HOME"] = ""
        refused = self.run_it("calibrate", expect=1)
        self.assertIn("set XDG_STATE_HOME or HOME", refused.stderr)
        self.assertFalse(self.kept.exists())


if __name__ == "__main__":
    run_tests()
