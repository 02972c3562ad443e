"""What the tests of the binary share. They drive it as a user would: SUBJECT_test.py BINARY SCENARIOS [TEST...]"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
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

LISTED = subprocess.run([BINARY, "list", "caches"], capture_output=True, text=True, check=True).stdout

# Why a row is invalid that would not be on a machine of its own; hitbench itself being slow is none of these.
THE_MACHINES = {"machine-changed", "loop-stalled", "machine-stalled", "server-kept-waiting"}


def of_the_row(validity):
    """Of the reasons why it is invalid those that are not the machine's, which decide a test: (id, sentence)."""
    return [(one, why) for one, why in zip(validity["reason_ids"], validity["reasons"]) if one not in THE_MACHINES]


def needs(cache):
    """For tests of a cache that a build may leave out; `hitbench list caches` says so."""
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


def parents():
    """Of every process that there is, its parent."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                found[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    return found


def family_of(pid):
    """The process and all that come from it: application processes, servers, slots."""
    of, found = parents(), [pid]
    for member in found:
        found += [child for child, parent in of.items() if parent == member]
    return found


def cpu_seconds(pid):
    """What a process and all that come from it have worked so far, those aside that have ended."""
    ticks = 0
    for member in family_of(pid):
        with contextlib.suppress(OSError):
            fields = pathlib.Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Watched(subprocess.Popen):
    """A run with a terminal as stderr, on which it tells its phases: `said` is what it has told so far."""

    def __init__(self, command, **options):
        self.said, (ours, its) = "", os.openpty()
        super().__init__(command, text=True, stdout=subprocess.PIPE, stderr=its, **options)
        os.close(its)
        threading.Thread(target=self.listen, args=(ours,), daemon=True).start()

    def listen(self, terminal):
        with contextlib.suppress(OSError):  # when nobody has the other end any more
            while words := os.read(terminal, 4096):
                self.said += words.decode(errors="replace")
        os.close(terminal)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hitbench-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = dict(os.environ, TMPDIR=str(self.folder), XDG_STATE_HOME=str(self.folder / "state"))

    def scenario(self, content, name="scenario.json"):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def run_it(self, *arguments, expect=0, timeout=120, **options):
        command = [BINARY, *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, env=self.environment, **options
        )
        if expect is not None:
            self.assertEqual(done.returncode, expect, f"{arguments}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        return done

    def said_until(self, words, *arguments):
        """What it says on stderr up to a line with these words: where that is all that counts, the rest is left out."""
        command = [BINARY, *map(str, arguments)]
        with subprocess.Popen(
            command, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment
        ) as process:
            self.addCleanup(process.kill)
            said = ""
            while words not in said and (line := process.stderr.readline()):
                said += line
            process.send_signal(signal.SIGINT)
            said += process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 130, said)
        return said

    def result_of(self, scenario, *arguments, expect=0, **options):
        done = self.run_it("run", self.scenario(scenario), "--format", "json", *arguments, expect=expect, **options)
        result = json.loads(done.stdout)
        return {run["name"]: run for run in result["runs"]}, result

    def servers(self):
        return server_pids(self.folder)

    def wait_for_work(self, process, seconds=0.1):
        """Until it has worked for so long from now on: then it is under way, however slow the machine is."""
        before = cpu_seconds(process.pid)
        self.assertTrue(wait_for(lambda: cpu_seconds(process.pid) >= before + seconds))

    def wait_for_phase(self, process, words):
        self.assertTrue(wait_for(lambda: words in process.said), process.said)

    def check_no_server_left(self):
        self.assertTrue(wait_for(lambda: not self.servers()), f"servers left: {self.servers()}")


def run_tests():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
