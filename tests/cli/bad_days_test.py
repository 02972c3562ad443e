"""Bad days: servers that refuse, die and hang, full disks, interruptions."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

from cli_case import BINARY, Case, Watched, needs, run_tests, wait_for, with_changes


class BadDays(Case):
    def start(self, *arguments):
        process = Watched([BINARY, *map(str, arguments)], env=self.environment)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def start_measuring(self, *arguments):
        process = self.start(*arguments)
        self.wait_for_phase(process, "round 1/1")
        self.wait_for_work(process)
        return process

    def end(self, process, expect):
        """Its result."""
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, expect, process.said)
        return json.loads(out)

    def long_run(self, cache="redis", seconds=30, **app):
        return self.scenario(
            with_changes(
                caches=[cache],
                strategies=["cache-aside"],
                rounds=1,
                app={"clients": 4, "connections": 4, "timeout": "300ms", **app},
                measure={"duration": f"{seconds}s"},
            )
        )

    @needs("redis")
    def test_a_refused_port(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        for address in (f"redis://127.0.0.1:{port}/0", f"memcached://127.0.0.1:{port}"):
            rows, _ = self.result_of(with_changes(caches=[address, "memory"]), expect=1, timeout=60)
            refused = next(run for name, run in rows.items() if name.startswith(f"cache-aside/{address[:5]}"))
            self.assertIn(str(port), refused["skipped"])
            self.assertIs(refused["complete"], False)
            for name in ("none/none", "cache-aside/memory"):
                self.assertEqual(rows[name]["operations"], 2000, "the other rows go on")
            done = self.run_it("run", self.scenario(with_changes(caches=[address])), expect=1, timeout=30)
            self.assertRegex(done.stderr, rf"^hitbench: cache-aside/.*{port}")
            self.assertIn("failed", done.stdout)

    @needs("redis")
    def test_a_server_that_never_answers(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(64)
            for kind in ("redis", "memcached"):
                address = f"{kind}://127.0.0.1:{silent.getsockname()[1]}"
                self.run_it("run", self.scenario(with_changes(caches=[address])), expect=1, timeout=30)

    @needs("redis")
    def test_a_wrong_password(self):
        redis = shutil.which("redis-server")
        self.assertIsNotNone(redis, "redis-server is on the install list")
        path = str(self.folder / "r.sock")
        command = [redis, "--port", "0", "--unixsocket", path, "--requirepass", "right", "--save", ""]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertTrue(wait_for(lambda: os.path.exists(path)))
        scenario = with_changes(caches=[f"redis+unix://{path}"], strategies=["cache-aside"])
        self.environment["REDISCLI_AUTH"] = "wrong"
        done = self.run_it("run", self.scenario(scenario), expect=1, timeout=30)
        self.assertIn("password", done.stderr.lower())
        self.environment["REDISCLI_AUTH"] = "right"
        rows, _ = self.result_of(scenario)
        self.assertEqual(next(iter(rows.values()))["reads"]["failed"], 0)
        left = subprocess.run(
            ["redis-cli", "-s", path, "-a", "right", "dbsize"], capture_output=True, text=True, env=self.environment
        )
        self.assertEqual(left.stdout.strip(), "0", "our own keys are removed from a user's server")

    def check_survives(self, cache, break_it):
        process = self.start_measuring("run", self.long_run(cache, seconds=2), "--format", "json")
        break_it(self.servers()[0])
        run = self.end(process, expect=0)["runs"][0]
        self.assertGreater(run["reads"]["failed"], 0)
        self.assertEqual(run["consistency"]["corrupt_values"], 0)
        ended = sum(run["reads"].values())
        self.assertEqual(ended, run["operations"])
        self.check_no_server_left()

    @needs("redis")
    def test_a_server_that_hangs_and_comes_back(self):
        def hang(pid):
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.6)  # twice what an operation waits
            os.kill(pid, signal.SIGCONT)

        for cache in ("redis", "memcached"):
            self.check_survives(cache, hang)

    @needs("redis")
    def test_ctrl_c_gives_a_partial_report_and_stops_the_servers(self):
        process = self.start_measuring("run", self.long_run(), "--format", "json")
        process.send_signal(signal.SIGINT)
        result = self.end(process, expect=130)
        self.assertIs(result["complete"], False)
        self.assertGreater(result["runs"][0]["operations"], 0)
        self.check_no_server_left()

    @needs("redis")
    def test_sigkill_leaves_no_server(self):
        for cache in ("redis", "memcached"):
            process = self.start("run", self.long_run(cache))
            self.assertTrue(wait_for(lambda: self.servers()))
            process.kill()
            process.wait()
            self.check_no_server_left()

    @needs("redis")
    def test_operations_on_a_dead_server_end_in_time(self):
        scenario = with_changes(
            caches=["redis"],
            strategies=["direct"],
            rounds=1,
            app={"clients": 2, "connections": 2, "timeout": "200ms"},
            measure={"operations": "1G"},
        )
        process = self.start_measuring("run", self.scenario(scenario), "--format", "json")
        os.kill(self.servers()[0], signal.SIGKILL)
        run = self.end(process, expect=1)["runs"][0]
        self.assertIs(run["validity"]["valid"], False)

    def test_a_disk_that_fills_under_the_sqlite_origin(self):
        writes = {"keys": {"distribution": "zipf", "count": 2000}, "mix": {"read": 0.5, "write": 0.5}}
        scenario = self.scenario(with_changes(origin="sqlite", workload=writes, measure={"operations": 20000}))
        # A limit on files stands for the disk: below the database's size, and below that of its log.
        for kib, words in ((64, "SQLite: "), (1500, "the disk under origin sqlite is full")):
            limited = f"ulimit -f {kib}; trap '' XFSZ; exec {BINARY} run {scenario}"
            done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, env=self.environment)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            said = " ".join((done.stdout + done.stderr).split())
            self.assertIn(words, said)
            self.assertIn("TMPDIR", said)
            self.assertEqual(list(self.folder.glob("hitbench-*")), [])

    @needs("redis")
    def test_ctrl_c_before_the_first_round_claims_no_figures(self):
        endless = with_changes(caches=["redis"], warmup={"duration": "60s"})
        process = self.start("run", self.scenario(endless), "--format", "json")
        self.wait_for_phase(process, "warm-up")
        process.send_signal(signal.SIGINT)
        for run in self.end(process, expect=130)["runs"]:
            self.assertIn("interrupted", run["skipped"])


if __name__ == "__main__":
    run_tests()
