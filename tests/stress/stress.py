"""Random runs of hitbench against servers that are right and servers that are not, with signals to all of its
processes, small disks and low limits; afterwards invariants.py says what was wrong.

    stress.py --binary build/dev/hitbench --seconds 120     as many cases as there is time for, two at a time
    stress.py --binary build/dev/hitbench --seed 7 --case 12    that one again; its files are kept

A case is a function of the seed and its number alone; when exactly a signal comes is the machine's.
"""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import cases

HERE = pathlib.Path(__file__).parent
CASE_S = 200  # all that one may take, with its servers and its cleaning up


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=HERE.parents[1] / "build" / "dev" / "hitbench")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="this one only")
    parser.add_argument("--cases", type=int, default=1 << 30, help="at most so many")
    parser.add_argument("--seconds", type=float, default=120, help="no case begins later")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kind", choices=list(cases.DRAW), help="cases of this kind only")
    return parser.parse_args()


def run_case(options, folder, number):
    began = time.monotonic()
    case = cases.draw(options.seed, number)
    place = pathlib.Path(tempfile.mkdtemp(prefix=f"case-{number}-", dir=folder))
    command = [sys.executable, "-B", HERE / "run_case.py", json.dumps(case), options.binary.resolve(), place / "files"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(timeout=CASE_S)
        done = json.loads(out) if process.returncode == 0 else {"wrong": [f"the harness failed: {err[-2000:]}"]}
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = {"wrong": [f"the case was not over after {CASE_S} s"]}
    done |= {"number": number, "kind": case["kind"], "place": place, "seconds": time.monotonic() - began}
    if not done["wrong"] and options.case is None:
        shutil.rmtree(place, ignore_errors=True)
    return done


def tell(options, done):
    print(f"FAILED: case {done['number']} ({done['kind']}), exit code {done.get('code')}")
    for text in done["wrong"][:6]:
        print(f"  {text}")
    if len(done["wrong"]) > 6:
        print(f"  and {len(done['wrong']) - 6} more")
    for line in done.get("errors", "").splitlines()[-5:]:
        print(f"    stderr: {line}")
    print(f"  files: {done['place']}")
    again = f"{HERE / 'stress.py'} --binary {options.binary} --seed {options.seed} --case {done['number']}"
    print(f"  again: python3 -B {again}")
    sys.stdout.flush()


def numbers(options):
    if options.case is not None:
        return iter([options.case])
    wanted = range(options.cases)
    return (n for n in wanted if options.kind in (None, cases.draw(options.seed, n)["kind"]))


def main():
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # below nohup it is ignored, and so would hitbench ignore it
    options = arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="stress-"))
    print(f"stress: seed {options.seed}, {options.binary}, files in {folder}", flush=True)
    end = time.monotonic() + options.seconds
    failed, codes, times = 0, collections.Counter(), []
    waiting, pending = numbers(options), set()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        while True:
            while len(pending) < options.jobs and time.monotonic() < end and (n := next(waiting, None)) is not None:
                pending.add(pool.submit(run_case, options, folder, n))
            if not pending:
                break
            ended, pending = concurrent.futures.wait(pending, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in ended:
                done = future.result()
                codes[done.get("code")] += 1
                times.append((done["seconds"], done["number"]))
                failed += bool(done["wrong"])
                if done["wrong"]:
                    tell(options, done)
    print("exit codes: " + ", ".join(f"{code}: {count}" for code, count in sorted(codes.items(), key=str)))
    slowest = ", ".join(f"{seconds:.1f} s (case {number})" for seconds, number in sorted(times)[:-4:-1])
    print(f"slowest: {slowest}; in the middle {sorted(times)[len(times) // 2][0]:.1f} s")
    print(f"stress: {sum(codes.values()) - failed} passed, {failed} failed")
    if not failed and options.case is None:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
