"""How `./dev bench` judges what it measures, with figures that are made up: bench_test.py BENCH_FOLDER"""
import contextlib
import io
import json
import os
import pathlib
import random
import sys
import tempfile
import unittest
from unittest import mock

BENCH = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(BENCH))

import bench
import gates
import made_traces
import stall
import traces
from subjects import Bench, Invalid
from targets import MET, MET_IN_NOISE, MISSED, NOT_MEASURED, TARGETS, TOO_FEW, conclusion, interval, ratio, \
    verdict_of, verdict_table

OURS = ratio("ours / theirs", "ours", "theirs", 1.0, aim=0.5)


def rounds_of(costs):
    return [{"ours": None if cost is None else {"cost": cost}, "theirs": {"cost": 1.0}} for cost in costs]


def printed(function, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        result = function(*arguments)
    return result, out.getvalue()


def run_main(*arguments, subjects):
    """bench.py with these subjects and nothing to start; its exit code and what it printed."""
    command = ["bench.py", "--build", "nowhere", *map(str, arguments)]
    with mock.patch.multiple(bench, Server=mock.DEFAULT, preload_redis_benchmark_keys=mock.DEFAULT, Bench=mock.DEFAULT,
                             judge_gates=lambda *_: [MET], TARGETS=[OURS]) as mocks, \
            mock.patch.object(sys, "argv", command), contextlib.redirect_stderr(io.StringIO()):
        mocks["Bench"].return_value.subjects.return_value = {
            "stall": lambda: {}, "policies": lambda: {}, "readers": lambda: {},
            "judged reads": lambda: dict.fromkeys(bench.TRUTH, 1.0), **subjects}
        with mock.patch.object(stall, "table"), mock.patch.object(traces, "table"):
            return printed(bench.main)


def constant(cost):
    return {"ours": lambda: {"cost": cost, "rate": 1.0}, "theirs": lambda: {"cost": 1.0, "rate": 1.0}}


class Judging(unittest.TestCase):
    # Of n = 6 values all lie on one side of the median with 2 / 2^6 = 3 %; of 10, nine or ten with 2 * 11 / 2^10 = 2 %.
    def test_the_interval_of_a_median(self):
        self.assertEqual(interval([5, 1, 4, 2, 3]), ())
        self.assertEqual(interval([6, 5, 1, 4, 2, 3]), (1, 6))
        self.assertEqual(interval(list(range(10))), (1, 8))

    def test_what_lies_above_is_missed_and_what_reaches_above_is_met_in_the_noise(self):
        self.assertEqual(verdict_of([1.1] * 6, 1.0), MISSED)
        self.assertEqual(verdict_of([0.9] * 6, 1.0), MET)
        self.assertEqual(verdict_of([0.9, 1.1] * 3, 1.0), MET_IN_NOISE)

    def test_what_has_no_interval_is_neither_met_nor_missed(self):
        self.assertEqual(verdict_of([9.0] * 5, 1.0), TOO_FEW)
        self.assertEqual(verdict_of([0.1] * 5, 1.0), TOO_FEW)
        self.assertEqual(verdict_of([], 1.0), NOT_MEASURED)

    def test_the_conclusion_counts_what_was_not_judged_apart(self):
        words, code = conclusion([MET, MET_IN_NOISE, TOO_FEW, TOO_FEW, NOT_MEASURED])
        self.assertEqual((words, code), ("2 targets met, 0 missed, 2 too few rounds to judge, 1 not measured", 4))
        self.assertEqual(conclusion([MET, MET_IN_NOISE]), ("2 targets met, 0 missed", 0))
        self.assertEqual(conclusion([MET, MISSED, TOO_FEW])[1], 1)

    def test_rounds_in_which_a_subject_was_not_measured_are_left_out(self):
        self.assertEqual(OURS.values(rounds_of([0.5, None, 0.7])), [0.5, 0.7])
        verdicts, text = printed(verdict_table, rounds_of([0.5] * 6 + [None]), [OURS], True)
        self.assertEqual(verdicts, [MET])
        self.assertRegex(text, r"ours / theirs +0\.50 +0\.50 - 0\.50 +1\.00 +0\.50  met\n")
        verdicts, text = printed(verdict_table, rounds_of([None] * 7), [OURS], True)
        self.assertEqual(verdicts, [NOT_MEASURED])
        self.assertRegex(text, r"ours / theirs +- +- +1\.00 +0\.50  not measured\n")

    def test_a_gate_that_is_mostly_invalid_has_judged_nothing(self):
        self.assertEqual(gates.verdict_on_itself(20, 2, 0), MISSED)
        self.assertEqual(gates.verdict_on_itself(20, 1, 10), MET)
        self.assertEqual(gates.verdict_on_itself(20, 0, 11), NOT_MEASURED)

    def test_every_target_is_of_subjects_that_there_are(self):
        subjects = Bench(pathlib.Path("nowhere"), "nowhere", 1, {"redis": 1, "memcached": 2}).subjects()
        for target in TARGETS:
            self.assertLessEqual(set(target.subjects), set(subjects), target.what)
        self.assertLessEqual({"stall", "judged reads", "policies", "readers"}, set(subjects))


class Ran:
    def __init__(self, out="", rss_bytes=0):
        self.out, self.rss_bytes = out, rss_bytes


class TraceFigures(unittest.TestCase):
    POLICIES = {"lru-763": 20.0, "lru-7634": 25.0, "s3-fifo-763": 50.0, "s3-fifo-7634": 40.0, "curve": 100.0,
                "bare": 1.0}
    READERS = {"web-log": 4.0, "web-log-bare": 0.5, "redis-monitor": 2.0, "redis-monitor-bare": 1.0,
               "monitor line": 50.0}

    def subject(self, folder, run):
        (pathlib.Path(folder) / "monitor.log").write_text("one\ntwo\n")
        for name in ("web.log", "speed.hbt", "few.hbt", "many.hbt", "long.hbt"):
            (pathlib.Path(folder) / name).touch()
        return traces.Traces(pathlib.Path("build"), pathlib.Path(folder), 1, run)

    def test_a_policy_is_as_slow_as_at_the_worse_size(self):
        self.assertEqual(traces.times_bare("lru")(self.POLICIES), 25)
        self.assertEqual(traces.times_bare("s3-fifo")(self.POLICIES), 50)
        self.assertEqual(traces.times_bare("curve")(self.POLICIES), 100)

    def test_speeds_are_printed_as_medians(self):
        faster = {name: ns / 2 for name, ns in self.POLICIES.items()}
        text = printed(traces.table, [self.POLICIES, self.POLICIES, faster], [self.READERS])[1]
        self.assertRegex(text, r"lru +50\.0 +40\.0\ns3-fifo +20\.0 +25\.0\n")
        self.assertRegex(text, r"LRU at all sizes +10\.0\na bare loop +1000\.0\n")
        self.assertRegex(text, r"a web log, MB/s; a bare loop +250 +2000\n")
        self.assertRegex(text, r"what MONITOR prints, million lines/s +10\.0\n")  # 500 MB/s of 50 bytes a line

    def test_the_figures_are_those_that_the_programs_print(self):
        with tempfile.TemporaryDirectory() as folder:
            subject = self.subject(folder, lambda _: Ran("web-log 4.5\nweb-log-bare 0.5\n"))
            self.assertEqual(subject.readers(), {"web-log": 4.5, "web-log-bare": 0.5, "monitor line": 4.0})
            with self.assertRaisesRegex(SystemExit, "killed by a test"):
                self.subject(folder, lambda _: Ran("lru-763 4.5\nkilled by a test\n")).policies()

    # 20 MB whatever the trace, its own 16 bytes for each request and key, and what the policy takes for each key.
    def test_memory_is_what_grows_with_the_keys_without_the_trace(self):
        def run(command):
            name, policy = pathlib.Path(command[2]).stem, command[4]
            keys = traces.MEMORY_KEYS * (1 if name == "few" else 2)
            mapped = 16 * keys * (3 if name == "long" else 2)
            return Ran(rss_bytes=20_000_000 + mapped + keys * {"lru": 9, "gdsf": 36}[policy])

        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.subject(folder, run).memory(), {"lru": 9.0, "gdsf": 36.0, "longer": 1.0})

    def test_what_is_made_is_the_same_each_time(self):
        keys = made_traces.key_numbers(20_000)
        self.assertEqual(keys, made_traces.key_numbers(20_000))
        again = sum(keys[i] in keys[i - made_traces.RECENT:i] for i in range(made_traces.RECENT, len(keys)))
        self.assertGreater(again, 0.7 * len(keys))
        self.assertGreater(len(set(keys)), 1_000)

    def test_what_is_made_has_its_format(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "made"
            made_traces.write_numbers(path, [1, 258])
            self.assertEqual(path.read_bytes(), b"\0\0\0\1\0\0\1\2")
            made_traces.write_web_log(path, [7])
            self.assertRegex(path.read_text(), r'^\S+ - - \[\S+ \+0000\] "GET /product/7\?page=7 HTTP/1\.1" 200 507 '
                                               r'".+" ".+"\n$')
            made_traces.write_monitor_log(path, [7, 8])
            self.assertRegex(path.read_text(), r'^\d+\.000000 \[0 \S+\] "SET" "product:000000007" "v+" "EX" "60"\n'
                                               r'\d+\.001000 \[0 \S+\] "GET" "product:000000008"\n$')


class Invalidity(unittest.TestCase):
    def setUp(self):
        self.calls = 0

    def invalid_times(self, times):
        def measure():
            self.calls += 1
            if self.calls <= times:
                raise Invalid(f"reason {self.calls}")
            return {"cost": 0.5, "rate": 1.0}
        return measure

    def one_round(self, times):
        with contextlib.redirect_stderr(io.StringIO()):
            return bench.one_round({"ours": self.invalid_times(times)}, random.Random(1), "")

    def test_an_invalid_run_is_repeated(self):
        record = self.one_round(2)
        self.assertEqual(record["figures"], {"ours": {"cost": 0.5, "rate": 1.0}})
        self.assertEqual(record["invalid"], {"ours": ["reason 1", "reason 2"]})
        self.assertIn("repeated because invalid: 2 runs\n  ours: 2 times; the last reason: reason 2\n",
                      printed(bench.invalid_table, [record])[1])

    def test_but_not_for_ever(self):
        record = self.one_round(100)
        self.assertEqual((record["figures"], self.calls), ({"ours": None}, 3))
        text = printed(bench.invalid_table, [record, record])[1]
        self.assertIn("ours: 4 times, in 2 of 2 rounds not measured; the last reason: reason 3\n", text)

    def test_valid_rounds_are_told_as_such(self):
        self.assertIn("invalid: 0 runs\n", printed(bench.invalid_table, [self.one_round(0)])[1])

    def test_hitbench_itself_says_what_is_invalid(self):
        with tempfile.TemporaryDirectory() as folder:
            run = {"name": "direct/redis", "skipped": None, "validity": {"valid": True, "reasons": []},
                   "reads": {"failed": 0, "miss": 0}}
            binary, result = pathlib.Path(folder) / "hitbench", pathlib.Path(folder) / "written.json"
            binary.write_text(f'#!/bin/sh\ncp {result} "$6"\n')  # run FILE --format json --output OUTPUT
            binary.chmod(0o755)
            subject = Bench(pathlib.Path(folder), folder, 1, {})
            result.write_text(json.dumps({"runs": [run]}))
            self.assertEqual(subject.hitbench("one", {"strategies": ["direct"]})[0], run)
            run["validity"] = {"valid": False, "reasons": ["late", "steal"]}
            result.write_text(json.dumps({"runs": [run]}))
            with self.assertRaisesRegex(Invalid, "late; steal"):
                subject.hitbench("one", {"strategies": ["direct"]})


class Command(unittest.TestCase):
    def test_few_rounds_are_no_success(self):
        code, text = run_main("--rounds", 5, subjects=constant(0.5))
        self.assertEqual(code, 4)
        self.assertTrue(text.endswith("\n1 targets met, 0 missed, 1 too few rounds to judge\n"), text)

    def test_enough_rounds_are(self):
        self.assertEqual(run_main("--rounds", 6, subjects=constant(0.5))[0], 0)
        self.assertEqual(run_main("--rounds", 6, subjects=constant(1.5))[0], 1)

    def test_a_smoke_run_judges_nothing(self):
        code, text = run_main("--smoke", subjects=constant(1.5))
        self.assertEqual(code, 0)
        self.assertNotIn("too few rounds", text)

    def test_what_never_was_valid_is_no_success(self):
        def invalid():
            raise Invalid("late")
        code, text = run_main("--rounds", 6, subjects=constant(0.5) | {"ours": invalid})
        self.assertEqual(code, 4)
        self.assertIn("ours: 12 times, in 6 of 6 rounds not measured; the last reason: late\n", text)
        self.assertIn("1 not measured", text)

    def test_the_raw_figures_of_every_round_are_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "raw.json")
            run_main("--rounds", 2, "--output", path, subjects=constant(0.5))
            records = json.loads(pathlib.Path(path).read_text())
        self.assertEqual(len(records), 2)
        for record in records:
            self.assertEqual(record["figures"]["ours"], {"cost": 0.5, "rate": 1.0})
            self.assertEqual(record["invalid"], {})
            self.assertGreaterEqual(record["seconds"]["ours"], 0)

    def test_what_the_truth_costs_is_printed(self):
        text = run_main("--rounds", 1, subjects=constant(0.5))[1]
        self.assertRegex(text, r"a read of a key that was written +1\.0 +1\.0 +1\.0\n")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
