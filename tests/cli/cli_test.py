"""The hitbench binary, driven as a user would: cli_test.py BINARY SCENARIOS [TestClass...]"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = sys.argv[1]
SCENARIOS = pathlib.Path(sys.argv[2])

SMALL = {
    "rounds": 2,
    "workload": {"keys": {"distribution": "zipf", "count": 500}},
    "app": {"clients": 4, "connections": 4},
    "warmup": {"operations": 500},
    "measure": {"operations": 2000},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "100us"}},
    "caches": ["memory"],
    "strategies": ["none", "cache-aside"],
}


LISTED = subprocess.run([BINARY, "list"], capture_output=True, text=True, check=True).stdout


def needs(cache):
    """For tests of a cache that a build may leave out; `hitbench list` says so."""
    return unittest.skipIf(re.search(rf"\b{cache}\b.*not built", LISTED), f"{cache} is not built")


def with_changes(**changes):
    scenario = json.loads(json.dumps(SMALL))
    scenario.update(changes)
    return scenario


def server_pids(folder):
    """Private servers run in hitbench's own directory, which is made in TMPDIR: here, in the test's folder."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(str(folder)):
                if (entry / "comm").read_text().startswith(("redis-server", "memcached")):
                    found.append(int(entry.name))
    return found


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hitbench-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = dict(os.environ, TMPDIR=str(self.folder))

    def scenario(self, content, name="scenario.json"):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def run_it(self, *arguments, expect=0, timeout=120, **options):
        command = [BINARY, *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, env=self.environment, **options
        )
        self.assertEqual(done.returncode, expect, f"{arguments}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        return done

    def result_of(self, scenario, *arguments, expect=0, **options):
        done = self.run_it("run", self.scenario(scenario), "--format", "json", *arguments, expect=expect, **options)
        result = json.loads(done.stdout)
        return {run["name"]: run for run in result["runs"]}, result

    def servers(self):
        return server_pids(self.folder)

    def check_no_server_left(self):
        self.assertTrue(wait_for(lambda: not self.servers()), f"servers left: {self.servers()}")


class BadInput(Case):
    def refused(self, scenario, *words):
        done = self.run_it("run", self.scenario(scenario), expect=2)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_malformed_json_names_line_and_column(self):
        self.refused('{\n  "seed": ,\n}', "line 2", "column")

    def test_an_unknown_key_names_its_path_and_the_nearest(self):
        self.refused(with_changes(workload={"keys": {"cuont": 5}}), "workload.keys.cuont", "count")

    def test_a_misspelt_cache_names_the_nearest(self):
        self.refused(with_changes(caches=["memcachd"]), "memcachd", "memcached")

    def test_wrong_types_and_ranges(self):
        self.refused(with_changes(app={"clients": 0}), "app.clients")
        self.refused(with_changes(app={"clients": "many"}), "app.clients")
        self.refused(with_changes(rounds=5, measure={"duration": "4us"}), "measure.duration", "5 rounds")
        self.refused(with_changes(strategies=[{"type": "cache-aside", "ttl": "-5s"}]), "ttl")
        self.refused(with_changes(workload={"keys": {"distribution": "zipf", "theta": 0}}), "theta")
        self.refused(with_changes(workload={"mix": {"read": 0.5, "write": 0.2}}), "workload.mix", "0.7")

    def test_what_comes_later_is_refused_and_never_ignored(self):
        lease = {"type": "cache-aside", "guard": {"type": "lease"}}
        for changes in ({"strategies": [lease]}, {"strategies": ["two-level"]}):
            self.refused(with_changes(**changes), "not available yet")

    def test_a_directory_and_a_missing_file(self):
        self.run_it("run", self.folder, expect=2)
        self.run_it("run", self.folder / "no-such.json", expect=2)

    def test_commands_options_and_formats_are_suggested(self):
        self.assertIn("'run'", self.run_it("rum", expect=2).stderr)
        self.assertIn("--format", self.run_it("run", "--fromat", "json", expect=2).stderr)
        self.assertIn("json", self.run_it("run", self.scenario(SMALL), "--format", "jsn", expect=2).stderr)
        self.assertIn("seed", self.run_it("run", self.scenario(SMALL), "--set", "sede=3", expect=2).stderr)

    def test_a_mistyped_metric_is_an_error_before_anything_runs(self):
        done = self.run_it("run", self.scenario(SMALL), "--threshold", "read.response.p98<5ms", expect=2)
        self.assertIn("read.response.p9", done.stderr)
        self.refused(with_changes(answer="{cache-aside/memory.read.p51}"), "p50")

    def test_two_rows_of_one_name(self):
        self.refused(with_changes(caches=["memory", {"type": "memory", "entries": 5}]), "memory", "name")


class FirstRun(Case):
    def test_help_version_and_list(self):
        self.assertIn("run", self.run_it("--help").stdout)
        self.assertRegex(self.run_it("--version").stdout, r"^hitbench \d+\.\d+\.\d+")
        listed = self.run_it("list").stdout
        for word in ("cache-aside", "redis", "memcached", "zipf", "sqlite", "poisson", "locked-fill-needs-guard-lock"):
            self.assertIn(word, listed)
        json.loads(self.run_it("list", "--schema").stdout)

    @needs("redis")
    @needs("libmemcached")
    def test_check_prints_every_default_and_touches_nothing(self):
        done = self.run_it("check", *sorted(SCENARIOS.glob("*.json")))
        self.assertIn("key_bytes", done.stdout)
        self.assertEqual(self.servers(), [])

    def test_the_quickstart_is_built_in(self):
        shorter = ("--set", "measure.duration=500ms", "--set", "warmup.operations=500")
        done = self.run_it("run", *shorter, "--format", "json")
        names = [run["name"] for run in json.loads(done.stdout)["runs"]]
        self.assertTrue(any("memory" in name for name in names), names)
        self.assertTrue(any(name.startswith("none/none") for name in names), names)
        self.check_no_server_left()

    @needs("redis")
    def test_a_missing_server_is_a_skipped_row_with_a_remedy(self):
        self.environment["PATH"] = str(self.folder)
        rows, result = self.result_of(with_changes(caches=["memory", "redis"]))
        self.assertIn("apt-get install", rows["cache-aside/redis"]["skipped"])
        self.assertIsNone(rows["cache-aside/memory"]["skipped"])
        self.result_of(with_changes(caches=["memory", "redis"]), "--strict", expect=1)
        self.result_of(with_changes(caches=["redis"], strategies=["cache-aside"]), expect=1)

    def test_thresholds_decide_the_exit_code(self):
        scenario = self.scenario(with_changes(thresholds=["cache-aside/memory:hit_ratio>0.01"]))
        self.run_it("run", scenario)
        self.assertIn("MISSED", self.run_it("run", scenario, "--threshold", "read.response.p50<1ns", expect=3).stderr)

    def test_progress_stays_off_a_pipe(self):
        done = self.run_it("run", self.scenario(SMALL))
        self.assertEqual(done.stderr, "")
        self.assertNotIn("\033", done.stdout)


class Servers(Case):
    """Real redis and memcached: every row reads what it stored."""

    def check_rows(self, caches, **changes):
        rows, _ = self.result_of(with_changes(caches=caches, strategies=["direct", "cache-aside"], **changes))
        for name, run in rows.items():
            self.assertIsNone(run["skipped"], name)
            self.assertEqual(run["operations"], 2000, name)
            self.assertEqual(run["reads"]["failed"], 0, name)
            self.assertEqual(run["consistency"]["corrupt_values"], 0, name)
            self.assertGreater(run["hit_ratio"], 0.5, name)
        self.check_no_server_left()
        return rows

    @needs("redis")
    def test_private_servers_over_tcp(self):
        rows = self.check_rows(["redis", "memcached"])
        self.assertEqual(rows["direct/redis"]["hit_ratio"], 1.0)
        self.assertEqual(rows["direct/memcached"]["hit_ratio"], 1.0)
        self.assertRegex(rows["direct/redis"]["backend"]["version"], r"\d+\.\d+")

    @needs("redis")
    def test_private_servers_over_unix_sockets(self):
        self.check_rows([{"type": "redis", "transport": "unix"}, {"type": "memcached", "transport": "unix"}])

    @needs("libmemcached")
    def test_libmemcached_runs_on_threads(self):
        rows = self.check_rows(["libmemcached"])
        self.assertEqual(rows["direct/libmemcached"]["client_model"], "thread")

    @needs("redis")
    def test_the_thread_model_and_several_processes(self):
        self.check_rows(["redis", "memory"], app={"clients": 2, "connections": 2, "processes": 2})
        self.check_rows(["redis", "memcached"], app={"clients": 3, "connections": 3, "model": "thread"})

    @needs("redis")
    def test_clients_share_connections(self):
        self.check_rows(["redis", "memcached"], app={"clients": 40, "connections": 3})

    @needs("redis")
    def test_writes_deletes_inserts_and_sqlite(self):
        rows, _ = self.result_of(
            with_changes(
                caches=["memory", "redis"],
                origin="sqlite",
                workload={
                    "keys": {"distribution": "latest", "count": 500},
                    "mix": {"read": 0.6, "write": 0.1, "delete": 0.1, "insert": 0.1, "modify": 0.1},
                },
            )
        )
        for name, run in rows.items():
            self.assertEqual(run["reads"]["failed"], 0, name)
            self.assertGreater(run["latency"]["write"]["response"]["count"], 0, name)
            self.assertGreater(run["latency"]["delete"]["response"]["count"], 0, name)
            self.assertEqual(run["consistency"]["corrupt_values"], 0, name)


class BadDays(Case):
    def start(self, *arguments):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen([BINARY, *map(str, arguments)], text=True, env=self.environment, **pipes)
        self.addCleanup(process.kill)
        return process

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
        process = self.start("run", self.long_run(cache, seconds=4), "--format", "json")
        self.assertTrue(wait_for(lambda: self.servers()))
        time.sleep(2)
        break_it(self.servers()[0])
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        run = json.loads(out)["runs"][0]
        self.assertGreater(run["reads"]["failed"], 0)
        self.assertEqual(run["consistency"]["corrupt_values"], 0)
        ended = sum(run["reads"].values())
        self.assertEqual(ended, run["operations"])
        self.check_no_server_left()

    @needs("redis")
    def test_a_server_that_dies_in_mid_run(self):
        for cache in ("redis", "memcached"):
            self.check_survives(cache, lambda pid: os.kill(pid, signal.SIGKILL))

    @needs("redis")
    def test_a_server_that_hangs_and_comes_back(self):
        def hang(pid):
            os.kill(pid, signal.SIGSTOP)
            time.sleep(1)
            os.kill(pid, signal.SIGCONT)

        for cache in ("redis", "memcached"):
            self.check_survives(cache, hang)

    @needs("redis")
    def test_ctrl_c_gives_a_partial_report_and_stops_the_servers(self):
        process = self.start("run", self.long_run(), "--format", "json")
        self.assertTrue(wait_for(lambda: self.servers()))
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        result = json.loads(out)
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
        process = self.start("run", self.scenario(scenario), "--format", "json")
        self.assertTrue(wait_for(lambda: self.servers()))
        time.sleep(1.5)
        os.kill(self.servers()[0], signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        run = json.loads(out)["runs"][0]
        self.assertIs(run["validity"]["valid"], False, err)


    def test_a_disk_that_fills_under_the_sqlite_origin(self):
        writes = {"keys": {"distribution": "zipf", "count": 2000}, "mix": {"read": 0.5, "write": 0.5}}
        scenario = self.scenario(with_changes(origin="sqlite", workload=writes, measure={"operations": 20000}))
        # A limit on files stands for the disk: below the database's size, and below that of its log.
        for kib, words in ((64, "SQLite: "), (1500, "the disk under origin sqlite took no more")):
            limited = f"ulimit -f {kib}; trap '' XFSZ; exec {BINARY} run {scenario}"
            done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, env=self.environment)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            said = " ".join((done.stdout + done.stderr).split())
            self.assertIn(words, said)
            self.assertIn("TMPDIR", said)
            self.assertEqual(list(self.folder.glob("hitbench-*")), [])

    def test_ctrl_c_before_the_first_round_claims_no_figures(self):
        endless = with_changes(caches=["redis"], warmup={"duration": "60s"})
        process = self.start("run", self.scenario(endless), "--format", "json")
        self.assertTrue(wait_for(lambda: self.servers()))
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        for run in json.loads(out)["runs"]:
            self.assertIn("interrupted", run["skipped"])


class Output(Case):
    def test_every_format_of_a_saved_result(self):
        saved = self.folder / "result.json"
        self.run_it("run", self.scenario(SMALL), "--format", "json", "--output", saved)
        row = "cache-aside/memory"
        for form, word in (("table", row), ("csv", row), ("markdown", "|"), ("json", "{")):
            self.assertIn(word, self.run_it("report", saved, "--format", form).stdout)
        again = self.run_it("report", saved, "--format", "json").stdout
        self.assertEqual(json.loads(again), json.loads(saved.read_text()))
        only = self.run_it("report", saved, "--format", "csv", "--rows", "cache-aside/memory").stdout
        self.assertNotIn("none/none", only)

    def test_a_broken_or_newer_result(self):
        self.run_it("report", self.scenario("{", "broken.json"), expect=2)
        self.run_it("report", self.scenario({"schema": "hitbench.result/9"}, "newer.json"), expect=2)

    def test_a_full_disk_and_an_unwritable_place(self):
        scenario = self.scenario(SMALL)
        self.run_it("run", scenario, "--output", "/dev/full", expect=1)
        self.run_it("run", scenario, "--output", self.folder / "no" / "such" / "place.json", expect=1)
        with open("/dev/full", "w") as full:
            done = subprocess.run([BINARY, "run", scenario], stdout=full, stderr=subprocess.PIPE, env=self.environment)
        self.assertEqual(done.returncode, 1)

    def test_an_error_that_nobody_can_read_keeps_its_exit_code(self):
        missed = self.scenario(with_changes(thresholds=["read.response.p50<1ns"]))
        with open("/dev/full", "w") as full:
            for arguments, code in ((["rum"], 2), (["run", missed], 3)):
                command = [BINARY, *arguments]
                done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=full, env=self.environment)
                self.assertEqual(done.returncode, code)

    def test_an_old_file_survives_a_write_that_fails(self):
        saved = self.folder / "result.json"
        saved.write_text("old")
        limited = f"ulimit -f 1; trap '' XFSZ; exec {BINARY} run {self.scenario(SMALL)} --format json --output {saved}"
        done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, env=self.environment)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(saved.read_text(), "old")
        self.assertEqual([p.name for p in self.folder.glob("result.json*")], ["result.json"])


class Determinism(Case):
    VIRTUAL = with_changes(
        clock="virtual",
        rounds=1,
        workload={
            "keys": {"distribution": "zipf", "count": 1000},
            "mix": {"read": 0.8, "write": 0.1, "delete": 0.05, "insert": 0.05},
            "arrivals": {"loop": "open", "rate": 20000},
        },
        app={"clients": 20, "connections": 20, "processes": 2},
        caches=[
            {"type": "memory", "entries": 300},
            {"type": "memory", "shared": True, "name": "remote", "latency": "75us"},
        ],
    )

    def test_one_seed_gives_one_result(self):
        first, _ = self.result_of(self.VIRTUAL)
        second, _ = self.result_of(self.VIRTUAL)
        other, _ = self.result_of(self.VIRTUAL, "--seed", "2")
        self.assertEqual(first, second)
        checksum = first["cache-aside/memory"]["stream_checksum"]
        self.assertNotEqual(checksum, other["cache-aside/memory"]["stream_checksum"])
        self.assertEqual(checksum, first["none/none"]["stream_checksum"], "every row sees the same operations")

    def test_the_stream_is_equal_on_every_machine(self):
        rows, _ = self.result_of(self.VIRTUAL)
        self.assertEqual(rows["none/none"]["stream_checksum"], GOLDEN_CHECKSUM)


# Made once, on x86-64 with g++ 12; it changes only when the operation stream is meant to change.
GOLDEN_CHECKSUM = "830ed76e96f80812"

if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
