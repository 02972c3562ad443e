"""Runs one case in a folder of its own and gathers the evidence that invariants.py judges. The process that does it is
the subreaper of all that the case starts, so it runs one case and ends (stress.py starts it again for each)."""
import contextlib
import ctypes
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

import invariants
import processes
from servers import UserServer

PATIENCE_S = 60  # for a run of a second or two, on a machine that others use as well
STOP_S = 25  # for a run that was told to stop; it promises to do so in three
GRACE_S = 10  # for the watchdog and for what dies with its parent
WORKING_S = 0.2  # children that live so long after a kill were not about to end
KEPT_NAMES = ["hitbench-2024-backup", "hitbench-4194303-backup", "hitbench-4194303-AbCdEf"]
ORDERLY_CODES = {0, 1, 3, 4, 130}


class Run:
    """The evidence of one case."""

    def __init__(self, case, binary, folder):
        self.case, self.binary, self.folder = case, str(binary), pathlib.Path(folder)
        self.schemas = invariants.load_schemas(pathlib.Path(__file__).parents[2])
        self.tmp = self.folder / "tmp"
        self.servers, self.sent, self.hung, self.killed_while_working = {}, [], [], []
        self.code, self.peak_kib, self.began = None, 0, False
        self.report_code, self.report_errors, self.told = None, "", None
        self.mounted = False

    def go(self):
        processes.become_subreaper()
        self.make_folder()
        try:
            self.start_servers()
            self.command = self.command_line()
            self.run()
            self.gather()
        finally:
            self.clean_up()
        return invariants.faults_of(self)

    def make_folder(self):
        self.tmp.mkdir(parents=True)
        (self.folder / "exports").mkdir()
        disk = self.case["limits"].get("disk")
        if disk is not None and os.geteuid() == 0:
            options = f"size={disk}".encode()
            self.mounted = ctypes.CDLL(None).mount(b"tmpfs", bytes(self.tmp), b"tmpfs", 0, options) == 0
        for name in KEPT_NAMES:  # what looks like ours and is not
            (self.tmp / name).mkdir(mode=0o700)
            with contextlib.suppress(OSError):
                (self.tmp / name / "mine").write_text("kept")
        (self.folder / "keys.txt").write_text("".join(f"key{i * i % 97}\n" for i in range(300)))
        (self.folder / "times.txt").write_text("1ms\n2ms\n5ms\n")

    def start_servers(self):
        for name, plan in self.case["servers"].items():
            self.servers[name] = UserServer(self.folder, name, plan["kind"], plan)
        for program in processes.SERVERS:  # started by a script that stays: @NAME in a scenario
            wrapper = self.folder / f"wrapped-{program}"
            wrapper.write_text(f'#!/bin/sh\n{program} "$@"\n')
            wrapper.chmod(0o755)
        for cache in self.case["scenario"]["caches"]:
            if cache.get("server", "").startswith("@"):
                cache["server"] = str(self.folder / f"wrapped-{cache['server'][1:]}")
            if cache.get("address", "").startswith("@"):
                cache["address"] = self.servers[cache["address"][1:]].address
        (self.folder / "scenario.json").write_text(json.dumps(self.case["scenario"], indent=1))
        (self.folder / "case.json").write_text(json.dumps(self.case, indent=1))

    def command_line(self):
        case, scenario = self.case, str(self.folder / "scenario.json")
        command = [self.binary, "gate" if case["command"] == "gate" else "run", scenario, "--format", "json"]
        if case["command"] == "gate":
            return command + ["--candidate", "app.clients=2"] + self.output()
        if case["command"] == "find-max":
            command += ["--find-max", case["promise"]]
        for text in case["thresholds"]:
            command += ["--threshold", text]
        for name in self.export_names():
            command += ["--export", f"{name}={self.folder / 'exports' / name}"]
        return command + self.output()

    def export_names(self):
        return [] if self.case["command"] == "gate" else sorted({"json", *self.case["exports"]})

    def output(self):
        return ["--output", str(self.folder / "out.json")] if self.case["to"] == "file" else []

    def environment(self):
        leaks = 0 if self.case["limits"] else 1  # the search for leaks needs files and memory of its own
        log = self.folder / "sanitizer"
        more = {
            "TMPDIR": str(self.tmp / "absent" if self.case["limits"].get("no_directory") else self.tmp),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "ASAN_OPTIONS": f"log_path={log}:detect_leaks={leaks}",
            "UBSAN_OPTIONS": f"log_path={log}:print_stacktrace=1",
        }
        return os.environ | more

    def prepare_child(self):
        """Between fork and exec. A file limit stands for a small disk where nothing can be mounted."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limits = self.case["limits"]
        if "files" in limits:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limits["files"], limits["files"]))
        if "memory" in limits and "memory" in self.case["usable_limits"]:
            resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
        if "disk" in limits and not self.mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limits["disk"], limits["disk"]))
        if self.case["to"] == "closed":
            os.close(1)

    def run(self):
        stdout = "/dev/full" if self.case["to"] == "full" else self.folder / "stdout"
        with open(stdout, "wb") as out, open(self.folder / "stderr", "wb") as err:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.folder,
                env=self.environment(), start_new_session=True, restore_signals=True, preexec_fn=self.prepare_child,
            )  # fmt: skip
        self.pid = self.process.pid
        Trouble(self, self.case["trouble"]).watch()

    def below(self):
        """What the case started and is alive."""
        users = [pid for server in self.servers.values() for pid in server.pids()]
        return [pid for pid in processes.below(os.getpid()) if pid not in users]

    def gather(self):
        processes.wait_for(lambda: not self.below(), GRACE_S)
        self.orphans = [processes.describe(pid) for pid in self.below()]
        self.errors = (self.folder / "stderr").read_text(errors="replace")
        self.sanitizer = "".join(path.read_text(errors="replace") for path in self.folder.glob("sanitizer*"))
        if any(one["to"] == "child" and one["signal"] == "SEGV" for one in self.sent):
            self.sanitizer = ""
        if {"parent", "watchdog"} <= {one["to"] for one in self.sent if one["signal"] == "KILL"}:
            self.run_again()
        self.directories = [path.name for path in self.tmp.iterdir() if path.name not in KEPT_NAMES]
        self.decoys_gone = [name for name in KEPT_NAMES if not (self.tmp / name).is_dir()]
        self.told = self.servers["u"].told() if "u" in self.servers else None
        self.left = {name: server.left() for name, server in self.servers.items()}
        disturbed = any(one["to"] != "parent" or one["signal"] == "KILL" for one in self.sent)
        fronts = any("front" in plan for plan in self.case["servers"].values())
        self.orderly = self.code in ORDERLY_CODES and not (disturbed or fronts or self.case["limits"] or self.hung)
        self.read_result()

    def run_again(self):
        """Where nobody was left to clean up, the next run does. It has a directory of its own, as SQLite needs."""
        scenario = {"rounds": 1, "measure": {"operations": 10}, "origin": "sqlite", "strategies": ["none"]}
        path = self.folder / "again.json"
        path.write_text(json.dumps(scenario))
        subprocess.run([self.binary, "run", path], env=self.environment(), capture_output=True, timeout=PATIENCE_S)

    def read_result(self):
        place = {"stdout": "stdout", "file": "out.json"}.get(self.case["to"], "exports/json")
        path = self.folder / place
        self.result_text = path.read_text(errors="replace") if path.exists() else ""
        self.result = None
        with contextlib.suppress(ValueError):
            self.result = json.loads(self.result_text)
        self.exports_missing = [name for name in self.export_names() if not (self.folder / "exports" / name).exists()]
        if self.result is not None and self.case["reported_as"] and self.case["command"] == "run":
            (self.folder / "result.json").write_text(self.result_text)
            command = [self.binary, "report", self.folder / "result.json", "--format", self.case["reported_as"]]
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE_S)
            self.report_code, self.report_errors = done.returncode, done.stderr

    def clean_up(self):
        processes.kill_all(self.below())
        for server in self.servers.values():
            server.stop()
        if self.mounted:
            ctypes.CDLL(None).umount2(bytes(self.tmp), 2)  # MNT_DETACH


class Trouble:
    """Sends the signals of a case when their time has come, until the run has ended."""

    def __init__(self, run, planned):
        self.run, self.planned = run, list(planned)
        self.start = time.monotonic()
        self.due = None  # of the first of `planned`
        self.later = []  # (when, pid, signal): what was stopped goes on
        self.kills = []  # (when, pid)

    def watch(self):
        self.end = self.start + PATIENCE_S
        while not self.has_ended():
            now = time.monotonic()
            if now > self.end:
                return self.give_up()
            self.step(now)
            time.sleep(0.01)
        for _, pid, number in self.later:
            processes.send(pid, number)

    def has_ended(self):
        pid, status, usage = os.wait4(self.run.pid, os.WNOHANG)
        if pid == 0:
            return False
        self.run.code = self.run.process.returncode = os.waitstatus_to_exitcode(status)
        self.run.peak_kib = usage.ru_maxrss
        return True

    def give_up(self):
        pids = [self.run.pid, *processes.below(self.run.pid)]
        self.run.hung = [processes.describe(pid) for pid in pids]
        processes.kill_all([pid for pid in pids if pid != self.run.pid])
        self.run.process.kill()
        self.run.process.wait()

    def step(self, now):
        for item in [item for item in self.later if item[0] <= now]:
            self.later.remove(item)
            processes.send(item[1], item[2])
        for when, pid in [item for item in self.kills if item[0] + WORKING_S <= now]:
            self.kills.remove((when, pid))
            if self.pids("child"):
                self.run.killed_while_working.append(pid)
        if self.planned and self.due is None and self.has_come(self.planned[0], now):
            self.due = now + self.planned[0]["then"]
        while self.planned and self.due is not None and self.due <= now:
            self.make(self.planned.pop(0), now)
            self.due = now + self.planned[0]["then"] if self.planned else None

    def has_come(self, one, now):
        return one["once"] == "started" or bool(self.pids("child")) or now > self.start + 1

    def pids(self, to):
        if to in ("parent", "group"):
            return [self.run.pid]
        parent = self.run.pid
        found = [pid for pid in processes.below(parent) if processes.role(pid, parent) == to]
        return found + (self.users() if to == "server" else [])

    def users(self):
        return [pid for server in self.run.servers.values() for pid in server.pids()]

    def make(self, one, now):
        self.run.began = self.run.began or bool(processes.children_of(self.run.pid))
        found = self.pids(one["to"])
        if not found:
            return
        pid = found[one["which"] % len(found)]
        number = signal.Signals["SIG" + one["signal"]]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number) if one["to"] == "group" else os.kill(pid, number)
            self.run.sent.append(one | {"pid": pid})
        if one["signal"] == "STOP" and one["lasts"] is not None:
            self.later.append((now + one["lasts"], pid, signal.SIGCONT))
        elif one["to"] == "server" and one["signal"] != "STOP" and pid not in self.users():
            self.kills.append((now, pid))
        elif one["to"] in ("parent", "group") and one["signal"] in invariants.INTERRUPTS:
            self.end = min(self.end, now + STOP_S)


def has_sanitizer(binary):
    return b"__asan_init" in pathlib.Path(binary).read_bytes()


def main():
    case = json.loads(sys.argv[1])
    binary, folder = map(pathlib.Path, sys.argv[2:4])
    case["usable_limits"] = [] if has_sanitizer(binary) else ["memory"]
    run = Run(case, binary, folder)
    wrong = run.go()
    summary = {"wrong": wrong, "code": run.code, "signals": len(run.sent), "errors": run.errors[-2000:]}
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
