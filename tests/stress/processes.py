"""Processes below this one, by /proc. Who calls become_subreaper() stays the ancestor of all that its children leave
behind, whatever sessions, groups and environments these make."""
import contextlib
import ctypes
import os
import pathlib
import signal
import time

PR_SET_CHILD_SUBREAPER = 36
WATCHDOG = "hitbench-guard"
SERVERS = ("redis-server", "memcached")


def become_subreaper():
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def read(pid, name):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    return ""


def name_of(pid):
    return read(pid, "comm").strip()


def is_alive(pid):
    """A zombie has ended; it waits for its parent to look."""
    stat = read(pid, "stat")
    return stat != "" and stat.rpartition(")")[2].split()[0] not in "ZX"


def children_of(pid):
    found = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(child) for child in read(pid, f"task/{task}/children").split()]
    return found


def below(pid):
    """All that descend from a process and are alive, parents first."""
    found = []
    for child in children_of(pid):
        if is_alive(child):
            found.append(child)
        found += below(child)
    return found


def role(pid, parent):
    """What a process is to the run whose first process is `parent`."""
    if pid == parent:
        return "parent"
    name = name_of(pid)
    if name == WATCHDOG:
        return "watchdog"
    if name.startswith(SERVERS):
        return "server"
    return "child" if name.startswith("hitbench") else "other"


def describe(pid):
    command = read(pid, "cmdline").replace("\0", " ").strip()
    return f"{pid} {name_of(pid)} ({read(pid, 'stat').rpartition(')')[2].split()[:1]}): {command[:160]}"


def send(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False


def kill_all(pids):
    for pid in pids:
        send(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def wait_for(condition, seconds, step=0.02):
    end = time.monotonic() + seconds
    while True:
        if condition():
            return True
        if time.monotonic() > end:
            return False
        time.sleep(step)
