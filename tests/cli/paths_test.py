"""Files that a scenario names stand relative to its folder, those of the command line to the working directory."""
import json
import os
import subprocess

from cli_case import Case, needs, run_tests, with_changes

QUICK = {"measure": {"operations": 200}, "warmup": {"operations": 50}, "rounds": 1}


def with_latency(file):
    latency = {"distribution": "empirical", "file": file}
    return with_changes(clock="virtual", origin={"type": "simulated", "latency": latency}, **QUICK)


class Paths(Case):
    """`here` is the working directory, `there` the scenario's folder; each has a file of one name."""

    def setUp(self):
        super().setUp()
        self.here, self.there = self.folder / "here", self.folder / "there"
        for folder, milliseconds in ((self.here, 7), (self.there, 3)):
            folder.mkdir()
            (folder / "times.txt").write_text(f"{milliseconds}ms\n")

    def scenario_there(self, content):
        (self.there / "s.json").write_text(json.dumps(content))
        return "../there/s.json"

    def mean_ms(self, *arguments):
        done = self.run_it("run", *arguments, "--format", "json", cwd=self.here)
        baseline = json.loads(done.stdout)["runs"][0]
        return round(baseline["latency"]["read"]["service"]["mean_ns"] / 1e6)

    def test_times_of_a_scenario_and_of_the_command_line(self):
        scenario = self.scenario_there(with_latency("times.txt"))
        self.assertEqual(self.mean_ms(scenario), 3)
        self.assertEqual(self.mean_ms(self.there / "s.json"), 3)
        self.assertEqual(self.mean_ms(scenario, "--set", "origin.latency.file=times.txt"), 7)
        latency = '{"distribution":"empirical","file":"times.txt"}'
        self.assertEqual(self.mean_ms(scenario, "--set", f"origin.latency={latency}"), 7)
        self.assertEqual(self.mean_ms(scenario, "--set", "app.clients=3"), 3)

    def test_a_sweep_belongs_to_whoever_gave_it(self):
        scenario = self.scenario_there({**with_latency("none.txt"), "sweep": {"origin.latency.file": ["times.txt"]}})
        self.assertEqual(self.mean_ms(scenario), 3)
        scenario = self.scenario_there(with_latency("none.txt"))
        self.assertEqual(self.mean_ms(scenario, "--set", 'sweep={"origin.latency.file":["times.txt"]}'), 7)

    def test_both_sides_of_a_gate(self):
        scenario = self.scenario_there(with_latency("times.txt"))
        done = self.run_it("gate", scenario, "--candidate", "origin.latency.file=times.txt", "--metric",
                           "read.service.mean", cwd=self.here, expect=None)
        self.assertRegex(done.stdout, r"3\.00 ms.*7\.00 ms")

    @needs("redis")
    def test_a_server_s_program(self):
        for folder, name in ((self.here, "here"), (self.there, "there")):
            program = folder / "server.sh"
            program.write_text(f'#!/bin/sh\ntouch "{self.folder}/{name}-ran"\nexec redis-server "$@"\n')
            program.chmod(0o755)
        cache = {"type": "redis", "server": "./server.sh"}
        scenario = self.scenario_there(with_changes(caches=[cache], strategies=["cache-aside"], **QUICK))
        self.run_it("run", scenario, cwd=self.here)
        self.assertTrue((self.folder / "there-ran").exists())
        self.assertFalse((self.folder / "here-ran").exists())
        self.run_it("run", scenario, "--set", "caches.0.server=./server.sh", cwd=self.here)
        self.assertTrue((self.folder / "here-ran").exists())

    @needs("redis")
    def test_a_password_file_with_windows_line_ends(self):
        socket = self.folder / "redis.sock"
        server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(socket), "--requirepass", "secret", "--save", "",
             "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        (self.there / "password.txt").write_bytes(b"secret\r\n")
        (self.here / "password.txt").write_bytes(b"wrong\n")
        cache = {"type": "redis", "address": f"redis+unix://{socket}", "password_file": "password.txt"}
        scenario = self.scenario_there(with_changes(caches=[cache], strategies=["cache-aside"], **QUICK))
        for _ in range(100):
            if socket.exists():
                break
            server.poll()
            subprocess.run(["sleep", "0.05"], check=True)
        self.run_it("run", scenario, cwd=self.here)
        done = self.run_it("run", scenario, "--set", "caches.0.password_file=password.txt", cwd=self.here, expect=1)
        self.assertIn("WRONGPASS", done.stderr)

    @needs("redis")
    def test_a_password_file_that_never_ends_or_begins(self):
        os.mkfifo(self.there / "fifo")
        (self.there / "long.txt").write_text("x" * 100_000)
        (self.there / "empty.txt").write_text("\nsecret\n")
        for file, words in (("/dev/zero", "not a regular file"), ("fifo", "not a regular file"), ("long.txt", "64 KiB"),
                            ("empty.txt", "line is empty"), ("none.txt", "No such file"), (".", "not a regular file")):
            cache = {"type": "redis", "address": "redis://127.0.0.1:1/0", "password_file": file}
            scenario = self.scenario_there(with_changes(caches=[cache], strategies=["cache-aside"], **QUICK))
            done = self.run_it("run", scenario, cwd=self.here, expect=1)
            self.assertIn(words, done.stderr)
            self.assertIn("password_file", done.stderr)

    @needs("redis")
    def test_a_password_from_a_pipe(self):
        reading, writing = os.pipe()
        os.write(writing, b"secret\n")
        os.close(writing)
        self.addCleanup(os.close, reading)
        cache = {"type": "redis", "args": ["--requirepass", "secret"], "password_file": f"/dev/fd/{reading}"}
        scenario = self.scenario_there(with_changes(caches=[cache], strategies=["direct", "cache-aside"], **QUICK))
        self.run_it("run", scenario, cwd=self.here, pass_fds=[reading])


if __name__ == "__main__":
    run_tests()
