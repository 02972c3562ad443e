"""Servers that belong to the test and stand for a user's own."""
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from cli_case import BINARY, Case, parents, wait_for, with_changes


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def children_of(pid):
    """The processes that `pid` forked and that run its own program."""
    found = []
    for child, parent in parents().items():
        with contextlib.suppress(OSError):
            if parent == pid and pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "hitbench":
                found.append(child)
    return found


class OwnServerCase(Case):
    def setUp(self):
        super().setUp()
        self.own = tempfile.mkdtemp(prefix="hitbench-own-")
        self.addCleanup(shutil.rmtree, self.own, ignore_errors=True)

    def start_server(self, command):
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.own)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertTrue(wait_for(lambda: listens(self.port)), command)
        return server

    def redis(self, *more):
        self.port = free_port()
        program = shutil.which("redis-server")
        self.assertIsNotNone(program, "redis-server is on the install list")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", *more]
        self.server = self.start_server(command)
        return f"redis://127.0.0.1:{self.port}/0"

    def memcached(self, *more):
        self.port = free_port()
        user = ["-u", "root"] if os.geteuid() == 0 else []
        command = [shutil.which("memcached"), "-l", "127.0.0.1", "-p", str(self.port), "-U", "0", *user, *more]
        self.server = self.start_server(command)
        return f"memcached://127.0.0.1:{self.port}"

    def ask(self, *words):
        command = ["redis-cli", "-p", str(self.port), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def memcached_stat(self, name):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"stats\r\n")
            answer = b""
            while not answer.endswith(b"END\r\n"):
                answer += connection.recv(65536)
        return int(re.search(rf"STAT {name} (\d+)", answer.decode()).group(1))

    def keys(self):
        return int(self.ask("dbsize"))

    def start(self, *arguments):
        """In a session of its own, as a shell's job is in a group of its own."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True}
        process = subprocess.Popen([BINARY, *map(str, arguments)], text=True, env=self.environment, **pipes)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def on(self, cache, **changes):
        """One client, so that every run asks for the same keys in the same order."""
        one = {"app": {"clients": 1, "connections": 1}, "strategies": ["cache-aside"], "warmup": {"operations": 0}}
        return with_changes(**{"caches": [cache], **one, **changes})

    def endless(self, cache, **changes):
        return self.scenario(self.on(cache, rounds=1, measure={"duration": "60s"}, **changes), "endless.json")
