"""The user's own servers of a case: real ones that hold keys of others before the run, with or without the front of
fault_server.py between them and hitbench. And what is on them afterwards."""
import json
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).parent
FOREIGN = {f"user:{i}": f"value {i}" for i in range(40)} | {f"hitbench:keep:{i}": f"kept {i}" for i in range(10)}


class Client:
    """Asks one question after the other over a Unix socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def redis(self, *words):
        texts = [word.encode() if isinstance(word, str) else word for word in words]
        request = b"*%d\r\n" % len(texts) + b"".join(b"$%d\r\n%s\r\n" % (len(text), text) for text in texts)
        self.socket.sendall(request)
        return self.reply()

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        if kind not in (b"+", b":"):
            raise RuntimeError(f"redis: {line}")
        return int(rest) if kind == b":" else rest

    def memcached(self, line, data=None):
        self.socket.sendall(line.encode() + b"\r\n" + (b"" if data is None else data.encode() + b"\r\n"))
        return self.file.readline().strip().decode()

    def lines(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        found = []
        while (text := self.file.readline().strip().decode()) not in ("END", ""):
            found.append(text)
        return found


def redis_command(path):
    return ["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"]


def memcached_command(path):
    return ["memcached", "-s", path, "-u", "root", "-t", "1", "-c", "400"]


class UserServer:
    """A server of the user's at `address`, as a scenario names it."""

    def __init__(self, folder, name, kind, plan):
        self.kind = "redis" if kind == "redis" else "memcached"
        self.path = str(folder / f"{name}.sock")
        command = redis_command(self.path) if self.kind == "redis" else memcached_command(self.path)
        self.log = open(folder / f"{name}.log", "wb")
        self.process = subprocess.Popen(
            command + plan.get("args", []), stdout=self.log, stderr=self.log, cwd=folder, start_new_session=True
        )
        self.wait_until(lambda: Client(self.path).__exit__())
        self.fill()
        self.address = f"{kind}+unix://{self.path}"
        self.front = None
        if "front" in plan:
            self.start_front(folder / f"{name}.json", kind, plan["front"])

    def start_front(self, path, kind, plan):
        content = plan | {"protocol": self.kind, "server": self.path}
        if plan.get("transport") == "unix":
            content["unix"] = str(path.with_suffix(".front"))
        path.write_text(json.dumps(content))
        self.plan_path = path
        self.front = subprocess.Popen(
            [sys.executable, "-B", HERE / "fault_server.py", path], stdout=self.log, stderr=self.log
        )
        ready = path.with_name(path.name + ".ready")
        self.wait_until(lambda: ready.read_text())
        address = json.loads(ready.read_text())
        self.address = f"{kind}+unix://{address}" if "unix" in content else f"{kind}://127.0.0.1:{address}"

    def wait_until(self, attempt):
        end = time.monotonic() + 30
        while True:
            try:
                return attempt()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def pids(self):
        return [process.pid for process in (self.process, self.front) if process is not None]

    def fill(self):
        with Client(self.path) as client:
            for key, value in FOREIGN.items():
                if self.kind == "redis":
                    client.redis("SET", key, value)
                else:
                    client.memcached(f"set {key} 5 0 {len(value)}", value)

    def told(self):
        """What the front did; None where it did not live to say it."""
        if self.front is None:
            return None
        self.front.send_signal(signal.SIGCONT)
        self.front.terminate()
        self.front.wait(30)
        done = self.plan_path.with_name(self.plan_path.name + ".done")
        return json.loads(done.read_text()) if done.exists() else None

    def left(self):
        """What is there now that should not be, in words, and all keys of ours."""
        if self.process.poll() is not None:
            return [], []  # a case killed it
        self.process.send_signal(signal.SIGCONT)
        with Client(self.path) as client:
            keys = self.redis_keys(client) if self.kind == "redis" else self.memcached_keys(client)
        kept = {key: (value, False) for key, value in FOREIGN.items()}
        wrong = [f"foreign key {key} is {keys.get(key)}" for key in kept if keys.get(key) != kept[key]]
        wrong += [f"key {key} has no TTL" for key, (_, ends) in keys.items() if key not in FOREIGN and not ends]
        return wrong, [key for key in keys if key not in FOREIGN]

    def redis_keys(self, client):
        found = {}
        for key in client.redis("KEYS", "*"):
            value = client.redis("GET", key).decode(errors="replace") if key.decode("latin1") in FOREIGN else None
            found[key.decode("latin1")] = (value, client.redis("PTTL", key) >= 0)
        return found

    def memcached_keys(self, client):
        found = {}
        for line in client.lines("lru_crawler metadump all"):
            fields = dict(word.split("=", 1) for word in line.split(" ") if "=" in word)
            key = urllib.parse.unquote(fields["key"])
            value = client.lines(f"get {key}")[1] if key in FOREIGN else None
            found[key] = (value, fields["exp"] != "-1")
        return found

    def stop(self):
        for process in (self.front, self.process):
            if process is not None:
                process.kill()
                process.wait()
        self.log.close()
