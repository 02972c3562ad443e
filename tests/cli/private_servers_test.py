"""What a private server is safe from: neighbors on this machine, its own death, and being left behind."""
import contextlib
import fcntl
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

from cli_case import BINARY, Case, needs, of_the_row, run_tests, wait_for, with_changes


def command_line(pid):
    return (pathlib.Path("/proc") / str(pid) / "cmdline").read_bytes().split(b"\0")


def port_of(pid):
    words = [word.decode() for word in command_line(pid)]
    for name in ("--port", "-p"):
        if name in words:
            return int(words[words.index(name) + 1])
    return int(re.search(r":(\d+)", " ".join(words)).group(1))  # redis-server writes over its own


class PrivateServers(Case):
    def start(self, *arguments):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen([BINARY, *map(str, arguments)], text=True, env=self.environment, **pipes)
        self.addCleanup(process.kill)
        return process

    def measured(self, cache, seconds=3, name="scenario.json", **changes):
        changes = {"rounds": 1, "strategies": ["direct"], "measure": {"duration": f"{seconds}s"}, **changes}
        return self.scenario(with_changes(caches=[cache], **changes), name)

    def start_measuring(self, cache, **changes):
        """A run that is in its first round, and its server."""
        process = self.start("run", self.measured(cache, **changes), "--format", "json")
        self.assertTrue(wait_for(lambda: self.servers()))
        pid = self.servers()[0]
        self.assertTrue(wait_for(lambda: self.ticks(pid) > 20), "it serves")
        return process, pid

    @staticmethod
    def ticks(pid):
        fields = (pathlib.Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def script(self, text, name="wrapper"):
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(path)

    # ---- A user's configuration ----

    @needs("redis")
    def test_a_configuration_file_counts_before_our_defaults_but_not_in_what_we_own(self):
        lines = "# ours\nport 1\nbind 10.0.0.1\nrequirepass x\ndaemonize yes\ndir /nowhere\nlogfile /nowhere/log\n"
        (self.folder / "redis.conf").write_text(lines + "maxmemory 3mb\nmaxmemory-policy noeviction\n")
        changes = {"workload": {"keys": {"count": 1000}, "value_bytes": 10000, "mix": {"read": 0, "write": 1}},
                   "measure": {"operations": 1000}, "rounds": 1, "strategies": ["direct"], "warmup": {"operations": 0}}
        for transport in ("tcp", "unix"):
            cache = {"type": "redis", "config": "redis.conf", "transport": transport}
            result = json.loads(self.run_it("run", self.scenario(with_changes(caches=[cache], **changes)), "--format",
                                            "json", expect=None).stdout)
            (run,) = result["runs"]
            self.assertIn("OOM", run["server_messages"][0]["text"], "10 MB do not fit, and nothing is evicted")
            kept = {"file": "redis.conf", "lines": ["maxmemory 3mb", "maxmemory-policy noeviction"]}
            self.assertEqual(result["scenario"]["caches"][0]["config"], kept)
        self.assertEqual(self.servers(), [])

    def test_a_configuration_file_where_there_can_be_none(self):
        for cache, words in (({"type": "memcached", "config": "x"}, "reads no configuration file"),
                             ({"type": "redis", "config": "none.conf"}, "none.conf"),
                             ({"type": "redis", "config": "shop.conf", "address": "redis://127.0.0.1:1"}, "config")):
            (self.folder / "shop.conf").write_text("hz 20\n")
            done = self.run_it("run", self.scenario(with_changes(caches=[cache], strategies=["direct"])), expect=2)
            self.assertIn(words, done.stderr)
        cache = {"type": "redis", "config": "shop.conf"}
        done = self.run_it("run", "--no-exec", self.scenario(with_changes(caches=[cache], strategies=["direct"])),
                           expect=2)
        self.assertIn('its "config" would start redis-server', done.stderr)

    # ---- Its connections ----

    @needs("redis")
    def test_calls_that_share_a_connection_are_counted(self):
        for connections, shared in ((4, False), (1, True)):
            app = {"clients": 4, "connections": connections}
            runs, _ = self.result_of(with_changes(caches=["redis"], strategies=["direct"], app=app, rounds=1,
                                                  measure={"operations": 2000}))
            self.assertEqual(runs["direct/redis"]["client"]["shared_calls"] > 0, shared)

    # ---- A user's directories ----

    def test_what_is_only_called_like_ours_stays(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        kept = [self.folder / "hitbench-2024-backup", self.folder / f"hitbench-{gone.pid}-abcdef"]
        for folder in kept:
            folder.mkdir(mode=0o700)
            (folder / "precious").write_text("data")
        self.run_it("run", self.scenario(with_changes(caches=["redis"], measure={"operations": 100})))
        for folder in kept:
            self.assertEqual((folder / "precious").read_text(), "data")

    @needs("redis")
    def test_what_a_run_that_was_killed_with_its_watchdog_left_is_removed(self):
        process, pid = self.start_measuring("redis", seconds=30)
        (left,) = self.folder.glob("hitbench-*")
        guards = [
            int(entry.name)
            for entry in pathlib.Path("/proc").iterdir()
            if entry.name.isdigit()
            and (entry / "stat").exists()
            and self.is_child(entry, process.pid)
            and (entry / "comm").read_text() == "hitbench-guard\n"
        ]
        self.assertEqual(len(guards), 1)
        os.kill(guards[0], signal.SIGKILL)
        process.kill()
        process.communicate()
        self.check_no_server_left()
        self.assertTrue((left / ".hitbench-run").exists())
        self.assertTrue(wait_for(lambda: self.is_unlocked(left / ".hitbench-run")), "its children are gone as well")
        self.run_it("run", self.scenario(with_changes(caches=["redis"], measure={"operations": 100})))
        self.assertFalse(left.exists())

    @staticmethod
    def is_unlocked(path):
        with open(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
        return True

    @staticmethod
    def is_child(entry, parent):
        try:
            return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent
        except OSError:
            return False

    # ---- Somebody else's server ----

    @needs("redis")
    def test_a_stranger_is_refused(self):
        process, pid = self.start_measuring("redis")
        said = subprocess.run(
            ["redis-cli", "-p", str(port_of(pid)), "flushall"], capture_output=True, text=True, env=self.environment
        )
        self.assertIn("NOAUTH", said.stdout + said.stderr)
        self.assertNotRegex(" ".join(map(repr, command_line(pid))), "[0-9a-f]{32}")
        secrets = [path for path in self.folder.glob("hitbench-*/*/hitbench.conf")]
        self.assertEqual(len(secrets), 1)
        self.assertEqual(secrets[0].stat().st_mode & 0o777, 0o600)
        self.assertRegex(secrets[0].read_text(), r"^requirepass [a-z2-7]{26}\n$")
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        validity = json.loads(out)["runs"][0]["validity"]
        self.assertEqual(of_the_row(validity), [], "who is refused has done nothing")

    @needs("redis")
    def test_a_stranger_is_refused_by_memcached(self):
        process, pid = self.start_measuring("memcached")
        with socket.create_connection(("127.0.0.1", port_of(pid))) as stranger:
            stranger.sendall(b"flush_all\r\n")
            self.assertIn(b"unauthenticated", stranger.recv(100))
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(of_the_row(json.loads(out)["runs"][0]["validity"]), [])

    def check_intrusion(self, cache, intrude, **changes):
        process, pid = self.start_measuring(cache, **changes)
        intrude(pid)
        out, err = process.communicate(timeout=60)
        validity = json.loads(out)["runs"][0]["validity"]
        self.assertIs(validity["valid"], False, err)
        self.assertTrue(any("somebody else used this server" in reason for reason in validity["reasons"]), validity)

    @needs("redis")
    def test_one_command_of_somebody_who_knows_the_password_shows(self):
        def flush(_):
            (secret,) = self.folder.glob("hitbench-*/*/hitbench.conf")
            password = secret.read_text().split()[1]
            command = ["redis-cli", "-p", str(port_of(self.servers()[0])), "--no-auth-warning", "-a", password]
            said = subprocess.run([*command, "flushall"], capture_output=True, text=True)
            self.assertEqual(said.stdout, "OK\n", said.stderr)

        self.check_intrusion("redis", flush)

    @needs("libmemcached")
    def test_one_command_to_a_server_without_a_password_shows(self):
        def flush(pid):
            with socket.create_connection(("127.0.0.1", port_of(pid))) as stranger:
                stranger.sendall(b"flush_all\r\n")
                self.assertEqual(stranger.recv(100), b"OK\r\n")

        self.check_intrusion("libmemcached", flush)

    @staticmethod
    def end_thief(taken):
        with contextlib.suppress(ProcessLookupError):  # to hitbench it is a stray of its wrapper's
            if taken.exists():
                os.kill(int(taken.read_text()), signal.SIGKILL)

    @needs("redis")
    def test_a_port_that_somebody_takes_before_the_server_does_is_another_try(self):
        # It stands for another user who is faster: at its first start the port is taken, and answered on.
        thief = self.folder / "thief.py"
        thief.write_text(
            "import socket, sys, os\n"
            "s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
            "s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(); open(sys.argv[2], 'w').write(str(os.getpid()))\n"
            "while True:\n"
            "    c, _ = s.accept(); got = c.recv(1000); open(sys.argv[2] + '.heard', 'ab').write(got)\n"
            "    c.sendall(b'+PONG\\r\\n' * 9)\n"
        )
        taken = self.folder / "taken"
        wrapper = self.script(
            f'for word; do [ "$before" = --port ] && port=$word; before=$word; done\n'
            f'if [ ! -e {taken} ]; then setsid python3 {thief} $port {taken} & \n'
            f"while [ ! -s {taken} ]; do sleep 0.01; done; fi\n"
            'exec redis-server "$@"\n'
        )
        self.addCleanup(self.end_thief, taken)
        rows, _ = self.result_of(with_changes(caches=[{"type": "redis", "server": wrapper}], strategies=["direct"]))
        self.assertTrue(taken.exists())
        self.assertFalse((self.folder / "taken.heard").exists(), "nothing was said to the stranger")
        self.assertEqual(of_the_row(rows["direct/redis"]["validity"]), [])

    @needs("redis")
    def test_counters_agree_where_a_run_is_not_simple(self):
        processes = {"clients": 4, "connections": 2, "processes": 2}
        fresh = {"clients": 4, "connections": 4, "pool": "per_operation"}
        locked = {"type": "cache-aside", "guard": "lock", "ttl": "20ms"}
        behind = {"type": "cache-aside", "on_write": {"type": "behind", "queue_in": "redis"}}
        writes = {"keys": {"distribution": "zipf", "count": 500}, "mix": {"read": 0.6, "write": 0.3, "delete": 0.1}}
        for caches in (["redis", "memcached"], [{"type": "redis", "transport": "unix"}]):
            for app in (processes, fresh):
                rows, _ = self.result_of(
                    with_changes(caches=caches, strategies=["direct", locked], app=app, workload=writes)
                )
                for name, run in rows.items():
                    self.assertFalse([r for r in run["validity"]["reasons"] if "somebody" in r], name)
        rows, _ = self.result_of(with_changes(caches=["redis"], strategies=[behind], workload=writes))
        for name, run in rows.items():
            self.assertFalse([r for r in run["validity"]["reasons"] if "somebody" in r], name)
        # Every write fails, which the server does not count.
        full = {"type": "redis", "policy": "noeviction", "memory": "1MiB"}
        rows, _ = self.result_of(with_changes(caches=[full], strategies=["direct"], workload=writes), expect=None)
        for name, run in rows.items():
            self.assertFalse([r for r in run["validity"]["reasons"] if "somebody" in r], name)

    # ---- A server that dies ----

    def check_death(self, cache, kill, says):
        process, pid = self.start_measuring(cache, seconds=600)
        kill(pid)
        out, err = process.communicate(timeout=60)  # it does not measure a dead server to the end
        self.assertEqual(process.returncode, 1, err)
        run = json.loads(out)["runs"][0]
        self.assertIs(run["validity"]["valid"], False)
        self.assertIs(run["complete"], False)
        self.assertRegex(run["skipped"], says)
        self.check_no_server_left()

    @needs("redis")
    def test_a_server_that_dies_fails_its_row(self):
        for cache in ("redis", {"type": "redis", "transport": "unix"}, "memcached"):
            self.check_death(cache, lambda pid: os.kill(pid, signal.SIGKILL), "died.*signal 9")

    @needs("redis")
    def test_a_server_that_comes_back_at_once_is_another_one(self):
        wrapper = self.script('while :; do redis-server "$@"; done\n')
        for transport in ("tcp", "unix"):
            cache = {"type": "redis", "server": wrapper, "transport": transport}
            process, pid = self.start_measuring(cache)
            os.kill(pid, signal.SIGKILL)
            self.assertTrue(wait_for(lambda: self.servers() and self.servers() != [pid]))
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 1, err)
            self.assertIn("died", json.loads(out)["runs"][0]["skipped"])
            self.check_no_server_left()

    # ---- Orphans ----

    @needs("redis")
    def test_a_wrapper_without_exec_leaves_nothing(self):
        wrappers = ('redis-server "$@"\n', 'redis-server "$@" &\nwait\n', "trap '' TERM\nredis-server \"$@\"\nexit 1\n")
        for text in wrappers:
            cache = {"type": "redis", "server": self.script(text)}
            self.result_of(with_changes(caches=[cache], strategies=["direct"]))
            self.check_no_server_left()
        process, _ = self.start_measuring(cache, seconds=30)
        process.kill()
        process.communicate()
        self.check_no_server_left()

    @needs("redis")
    def test_only_a_server_that_the_scenario_says_something_of_is_asked_to_end(self):
        """It may have something to write by then; hitbench's own has not, and is killed."""
        asked, program = self.folder / "asked", shutil.which("redis-server")
        text = f"trap 'touch {asked}; kill $server' TERM\n{program} \"$@\" &\nserver=$!\nwait\nwait\n"
        wrapper = self.script(text, "redis-server")
        for cache in ({"server": wrapper}, {"args": ["--hz", "10"]}, {}):
            with self.subTest(cache):
                asked.unlink(missing_ok=True)
                self.environment["PATH"] = f"{self.folder}:{os.environ['PATH']}"
                self.result_of(with_changes(caches=[{"type": "redis", **cache}], strategies=["direct"]))
                self.assertEqual(asked.exists(), bool(cache))
                self.check_no_server_left()

    @needs("redis")
    def test_a_wrapper_that_ends_leaves_nothing(self):
        cache = {"type": "redis", "server": self.script('redis-server "$@" &\n')}
        done = self.run_it("run", self.scenario(with_changes(caches=[cache], strategies=["direct"])), expect=1)
        self.assertIn("ended", done.stdout + done.stderr)
        self.check_no_server_left()

    @needs("redis")
    def test_a_wrapper_that_detaches_its_server_fails_and_leaves_nothing(self):
        texts = ('setsid redis-server "$@" &\nwait\n', 'exec redis-server "$@" --daemonize yes\n')
        runs = {}  # all at once: some wait for seconds
        for kind in itertools.product(texts, ("tcp", "unix")):
            cache = {"type": "redis", "server": self.script(kind[0], f"wrapper{len(runs)}"), "transport": kind[1]}
            runs[kind] = self.start("run", self.measured(cache, name=f"{len(runs)}.json"))
        for kind, run in runs.items():
            out, err = run.communicate(timeout=60)
            self.assertEqual(run.returncode, 1, out + err)
            self.assertIn("did not come up", out + err, kind)
        self.check_no_server_left()

    def test_arguments_that_detach_are_refused(self):
        refused = (
            ("redis", ["--daemonize", "yes"]),
            ("redis", ["--daemonize yes"]),
            ("redis", ["--DAEMONIZE", "'yes'"]),
            ("redis", ["--save", "", "--daemonize", "YES"]),
            ("memcached", ["-d"]),
            ("memcached", ["-vd"]),
            ("memcached", ["--daemon"]),
            ("libmemcached", ["-d"]),
        )
        for kind, arguments in refused:
            scenario = self.scenario(with_changes(caches=[{"type": kind, "args": arguments}]))
            done = self.run_it("run", scenario, expect=2)
            self.assertIn("caches[0].args", done.stderr)
            self.assertIn("detaches", done.stderr)
        unknown = {"type": "redis", "args": ["--requirepass", "x"]}
        done = self.run_it("run", self.scenario(with_changes(caches=[unknown])), expect=2)
        self.assertIn("password_file", done.stderr)
        for kind, arguments in (("redis", ["--daemonize", "no"]), ("memcached", ["-D", "d"]), ("memcached", ["-vv"])):
            self.result_of(with_changes(caches=[{"type": kind, "args": arguments}], strategies=["direct"]))

    @needs("redis")
    def test_a_file_that_makes_it_a_daemon_is_overruled(self):
        (self.folder / "redis.conf").write_text("daemonize yes\nhz 20\n")
        cache = {"type": "redis", "args": ["--include", str(self.folder / "redis.conf")]}
        rows, _ = self.result_of(with_changes(caches=[cache], strategies=["direct"]))
        self.assertEqual(of_the_row(rows["direct/redis"]["validity"]), [])
        self.check_no_server_left()

    @needs("redis")
    def test_a_password_of_the_scenarios_own(self):
        (self.folder / "password").write_text("mine\n")
        cache = {"type": "redis", "args": ["--requirepass", "mine"], "password_file": str(self.folder / "password")}
        rows, _ = self.result_of(with_changes(caches=[cache], strategies=["direct"]))
        self.assertEqual(of_the_row(rows["direct/redis"]["validity"]), [])

    # ---- Its log ----

    @needs("redis")
    def test_a_talkative_servers_log_is_bounded(self):
        written = self.folder / "written"
        script = self.script(
            f"( while :; do head -c 1000000 /dev/zero | tr '\\0' x; echo x >> {written}; sleep 0.05; done ) &\n"
            'exec redis-server "$@"\n'
        )
        process, _ = self.start_measuring({"type": "redis", "server": script}, seconds=30)
        longest = 0
        while process.poll() is None and (not written.exists() or written.stat().st_size < 2 * 30):
            for path in self.folder.glob("hitbench-*/*.log"):
                longest = max(longest, path.stat().st_size)
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertGreaterEqual(written.stat().st_size, 2 * 30, "it said 30 MB")
        self.assertGreater(longest, 1 << 20)
        self.assertLess(longest, 16 << 20)
        self.check_no_server_left()


if __name__ == "__main__":
    run_tests()
