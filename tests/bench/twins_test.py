"""How `./dev twins` judges what it measures, with figures that are made up: twins_test.py BENCH_FOLDER"""
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, sys.argv[1])

import twin_cells
import twin_judge
import twin_latency
import twin_runs
import twin_traces
import twins
from twin_judge import MET, MISSED, NOT_MEASURED, PERCENT, POINTS, SHOWN, Bound

HALF_POINT = Bound(POINTS, 0.5, 0.2)
TENTH = Bound(PERCENT, 10, 5, slack=2)


def verdict_of(real, predicted, bound):
    return twin_judge.judged("a cell", "a figure", real, predicted, bound).verdict


def result(hit_ratio=0.6, entries=1_000, evictions=5_000, **changes):
    """A row of a run of 20 s, as far as the harness reads it."""
    backend = {"entries": entries, "evictions": evictions, "memory_bytes": 200 * entries, "memory_bytes_per_entry": 200}
    return {"name": "cache-aside/redis", "skipped": None, "hit_ratio": hit_ratio, "duration_ns": 20_000_000_000,
            "failed_share": 0, "pace": 1.0, "backend": backend, "validity": {"valid": True, "reason_ids": []}} | changes


class Judging(unittest.TestCase):
    def test_a_ratio_is_off_by_points_in_either_direction(self):
        self.assertAlmostEqual(twin_judge.difference(0.60, 0.604, POINTS), 0.4)
        self.assertAlmostEqual(twin_judge.difference(0.60, 0.594, POINTS), 0.6)
        self.assertEqual(verdict_of(0.60, 0.604, HALF_POINT), MET)
        self.assertEqual(verdict_of(0.60, 0.594, HALF_POINT), MISSED)

    def test_percent_are_of_the_real_figure(self):
        self.assertAlmostEqual(twin_judge.difference(50, 55, PERCENT), 10)
        self.assertAlmostEqual(twin_judge.difference(200, 170, PERCENT), 15)
        self.assertEqual(twin_judge.difference(0, 0, PERCENT), 0)

    def test_a_small_count_may_be_off_by_the_slack(self):
        self.assertEqual(verdict_of(4, 6, TENTH), MET)
        self.assertEqual(verdict_of(4, 7, TENTH), MISSED)
        self.assertEqual(verdict_of(0, 2, TENTH), MET)
        self.assertEqual(verdict_of(0, 3, TENTH), MISSED)
        self.assertEqual(verdict_of(1_000, 1_090, TENTH), MET)
        self.assertEqual(verdict_of(1_000, 1_110, TENTH), MISSED)

    def test_a_figure_that_is_not_there_is_neither_met_nor_missed(self):
        self.assertEqual(verdict_of(None, 5, TENTH), NOT_MEASURED)
        self.assertEqual(verdict_of(5, None, TENTH), NOT_MEASURED)

    def test_differences_over_time_do_not_cancel_each_other_out(self):
        row = twin_judge.judged_mean("a cell", "memory", [(100, 108), (100, 92)], Bound(PERCENT, 5, 2))
        self.assertAlmostEqual(row.difference, 8)
        self.assertEqual(row.verdict, MISSED)
        self.assertEqual((row.real, row.predicted), (100, 100))
        row = twin_judge.judged_mean("a cell", "memory", [(100, 108), (None, 92)], Bound(PERCENT, 5, 2))
        self.assertEqual(row.verdict, NOT_MEASURED)

    def test_the_first_sentence_counts_what_was_judged(self):
        rows = [twin_judge.judged("a", "f", 0.5, 0.501, HALF_POINT),
                twin_judge.judged("a", "f", 0.5, 0.504, HALF_POINT),
                twin_judge.shown("a", "f", 1, 9), twin_judge.skipped("b", "no trace")]
        self.assertEqual(twin_judge.conclusion(rows), (
            "2 of 2 figures are within what they must be, 1 within the aim; 1 cells skipped.", 0))
        missed = twin_judge.judged("a", "f", 0.5, 0.52, HALF_POINT)
        absent = twin_judge.judged("a", "f", None, 0.52, HALF_POINT)
        self.assertEqual(twin_judge.conclusion([*rows, missed, absent]), (
            "2 of 4 figures are within what they must be, 1 within the aim; 1 missed; 1 not measured; "
            "1 cells skipped.", 1))
        self.assertEqual(twin_judge.conclusion([*rows, absent])[1], 4)

    def test_a_group_is_as_far_off_as_the_worst_of_its_figures(self):
        rows = [twin_judge.judged("a", "f", 0.5, 0.503, HALF_POINT),
                twin_judge.judged("a", "f", 0.5, 0.489, HALF_POINT),
                twin_judge.judged("a", "g", 100, 96, TENTH), twin_judge.shown("a", "h", 1, 9)]
        self.assertEqual(twin_judge.group_words("all", rows), [
            "  all: 1 of 2 hit ratios met, at most 1.10 points off",
            "  all: 1 of 1 other figures met, at most 4.00 % off"])
        self.assertEqual(twin_judge.group_words("all", rows[2:]), ["  all: 1 of 1 figures met, at most 4.00 % off"])
        self.assertEqual(twin_judge.group_words("all", [twin_judge.skipped("b", "no trace")]), [])

    def test_nothing_judged_is_no_success(self):
        self.assertEqual(twin_judge.conclusion([twin_judge.skipped("b", "no trace")])[1], 4)

    def test_a_row_says_what_it_was_judged_by(self):
        words = twin_judge.judged("a", "hit ratio", 0.5, 0.504, HALF_POINT, "{:.4f}").words()
        self.assertRegex(words, r"^  hit ratio +0\.5000 +0\.5040 +0\.40 pt +0\.5 +0\.2  met$")
        self.assertRegex(twin_judge.shown("a", "evictions", 1_000, 1_100).words(),
                         r"^  evictions +1,000 +1,100 +10\.00 % +shown$")


class Figures(unittest.TestCase):
    cell = twin_cells.Cell("a cell", {}, HALF_POINT)

    def test_a_turnover_is_the_time_in_which_all_entries_are_replaced(self):
        self.assertEqual(twin_judge.turnover(1_000, 5_000, 20), 4)
        self.assertIsNone(twin_judge.turnover(1_000, 0, 20))

    def test_of_a_replay(self):
        rows, words = twin_runs.replay_rows(self.cell, [(result(), result(hit_ratio=0.607, entries=1_015))])
        by_name = {row.name: row for row in rows}
        self.assertEqual(by_name["hit ratio"].verdict, MISSED)
        self.assertAlmostEqual(by_name["entries held"].difference, 1.5)
        self.assertEqual(by_name["entries held"].verdict, MET)
        self.assertEqual(by_name["turnover, s"].verdict, SHOWN)
        self.assertEqual(by_name["turnover, s"].real, 4)
        self.assertEqual(words, [])

    def test_a_busy_machine_is_told_of_and_what_failed_is_not_judged(self):
        late = result(validity={"valid": False, "reason_ids": ["kept-waiting"]}, pace=0.9)
        rows, words = twin_runs.replay_rows(self.cell, [(late, result())])
        self.assertEqual(rows[0].verdict, MET)
        self.assertIn("kept-waiting", words[0])
        self.assertIn("90 % of its pace", words[1])
        rows, _ = twin_runs.replay_rows(self.cell, [(result(failed_share=0.002), result())])
        self.assertEqual([row.verdict for row in rows], [NOT_MEASURED])
        fit, _ = twin_runs.replay_rows(self.cell, [(result(), result())])
        self.assertEqual(twin_judge.group_words("all", [*rows, *fit]), [
            "  all: 1 of 2 hit ratios met, at most 0.00 points off",
            "  all: 2 of 2 other figures met, at most 0.00 % off"])

    def test_memory_over_time_is_a_mean_of_each_server_and_ttl(self):
        rows = [twin_judge.shown("redis, TTL 1 s, after 1 s", "m", 100, 101),
                twin_judge.shown("redis, TTL 1 s, after 4 s", "m", 100, 103),
                twin_judge.shown("redis, TTL 10 s, after 6 s", "m", 100, 120)]
        means = {row.cell: row for row in twin_runs.expiry_means(rows)}
        self.assertAlmostEqual(means["redis, TTL 1 s"].difference, 2)
        self.assertIn("mean of 2 looks", means["redis, TTL 1 s"].name)
        self.assertEqual(means["redis, TTL 10 s"].verdict, MISSED)

    def test_times_are_shown_and_never_judged(self):
        lines = []
        reals = [{"p50_ns": 50.0, "p99_ns": 200.0}, {"p50_ns": 70.0, "p99_ns": 900.0}, {"p50_ns": 60.0}]
        rows = twin_latency.of_rounds("redis", 20, reals, {"p50_ns": 66.0, "p99_ns": 100.0}, lines.append)
        self.assertEqual([row.verdict for row in rows], [SHOWN, SHOWN])
        self.assertAlmostEqual(rows[0].difference, 10)
        self.assertIn("real 50 to 70", lines[0])


class Traces(unittest.TestCase):
    def test_each_key_has_a_ttl_of_its_own_that_its_first_fill_tells(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "made.csv"
            twin_traces.write_trace(path, twin_traces.TTL_HEAVY, [7, 8, 7], 4)
            head, *lines = path.read_text().splitlines()
        self.assertEqual(head, "time,key,op,size,ttl,found")
        self.assertRegex(lines[0], r"^1000000\.000000,key:000000000007,get,,,0$")
        self.assertRegex(lines[1], r"^1000000\.000000,key:000000000007,set,100,\d+,$")
        self.assertEqual(lines[4], "1000000.500000,key:000000000007,get,100,,1")

    def test_ttls_are_within_their_range_and_spread_over_it(self):
        ttls = [twin_traces.ttl_of(twin_traces.TTL_HEAVY, key) for key in range(1_000)]
        self.assertGreaterEqual(min(ttls), 2)
        self.assertLessEqual(max(ttls), 60)
        below = sum(ttl < 11 for ttl in ttls)  # the geometric mean of 2 and 60
        self.assertTrue(400 < below < 600, below)

    def test_a_made_trace_is_what_its_cell_says(self):
        cell = twin_cells.of_made(twin_cells.TTL_HEAVY, None, "3MiB", "volatile-ttl", HALF_POINT, 40, 2)
        with tempfile.TemporaryDirectory() as folder:
            runner = twin_runs.Runner("nowhere", folder, pathlib.Path(folder) / "none")
            file = pathlib.Path(runner.scenario(cell)["workload"]["trace"]["file"])
            reads = [line for line in file.read_text().splitlines() if ",get," in line]
        self.assertEqual(file.name, "TTL-heavy-40-2.csv")  # results of real runs are kept under it, too
        self.assertEqual(len(reads), 80)
        self.assertTrue(reads[-1].startswith("1000001.975000,"), reads[-1])

    def test_without_the_folder_the_cells_of_real_traces_are_skipped(self):
        with tempfile.TemporaryDirectory() as folder:
            runner = twin_runs.Runner("nowhere", folder, pathlib.Path(folder) / "none")
            cells = twin_cells.strict_cells()
            reasons = [runner.missing(cell) for cell in cells]
        self.assertEqual(sum(reason is None for reason in reasons), 3)
        self.assertIn("HITBENCH_TRACES", next(filter(None, reasons)))


class Servers(unittest.TestCase):
    def test_a_program_that_was_given_serves_the_real_runs_of_its_type_only(self):
        scenarios = []

        def ran(command, **_):
            scenarios.append(json.loads(pathlib.Path(command[2]).read_text()))
            pathlib.Path(command[command.index("--output") + 1]).write_text('{"runs": [{"skipped": null}]}')

        cell = twin_cells.Cell("a cell", {"workload": {}, "caches": ["redis", {"type": "memcached"}]}, HALF_POINT)
        with tempfile.TemporaryDirectory() as folder, mock.patch("subprocess.run", ran):
            path = pathlib.Path(folder)
            runner = twin_runs.Runner("nowhere", path, path / "none", servers={"redis": pathlib.Path("/other/redis")})
            runner.both(cell)
        self.assertEqual(runner.modeled("redis"), "redis")
        runner.redis_version = "8.0"
        self.assertEqual(runner.modeled("redis"), {"type": "redis", "version": "8.0"})
        self.assertEqual(runner.modeled("memcached"), "memcached")
        served = [{"type": "redis", "server": "/other/redis"}, {"type": "memcached"}]
        self.assertEqual([each["caches"] for each in scenarios], [served, cell.scenario["caches"]])

    def test_the_heading_names_the_version_of_that_program(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "memcached"
            program.write_text("#!/bin/sh\necho memcached 9.9\n")
            program.chmod(0o755)
            words = twins.heading(program.parent, "./dev twins", 1, "shipped", {"memcached": program})
        self.assertRegex(words, "(?m)^memcached: memcached 9[.]9$")


class Heading(unittest.TestCase):
    def test_it_says_whose_times_the_twins_take(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict("os.environ", XDG_STATE_HOME=f"{folder}/user"):
            user = pathlib.Path(folder) / "user/hitbench"
            user.mkdir(parents=True)
            for name, words in (("without", "shipped"), ("with", "the user's calibration")):
                runner = twin_runs.Runner("nowhere", pathlib.Path(folder) / name, user)
                copied = (runner.state / "hitbench/calibration.json").exists()
                self.assertEqual(copied, name == "with")
                self.assertRegex(twins.heading(user, "./dev twins", 1, runner.times, {}), f"(?m)^times: +{words}$")
                (user / "calibration.json").write_text("{}")


class Cells(unittest.TestCase):
    def test_there_are_the_twelve_that_were_promised(self):
        cells = twin_cells.strict_cells()
        self.assertEqual(len({cell.name for cell in cells}), 12)
        policies = {cell.scenario["caches"][0]["policy"] for cell in cells}
        self.assertEqual(policies, {"allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-ttl"})
        self.assertTrue(all(cell.bound.must == 0.5 for cell in cells))

    def test_no_cell_takes_longer_than_three_minutes(self):
        for _, cells, _ in twins.GROUPS.values():
            for cell in cells():
                text = cell.scenario["measure"]["duration"]
                self.assertLessEqual(float(text.removesuffix("ms").removesuffix("s")), 300 if "ms" in text else 180)

    def test_a_cell_that_did_not_run_is_not_measured_and_says_why(self):
        runner = mock.Mock()
        runner.missing.return_value = None
        runner.both.side_effect = twin_runs.Failed("real: exit 1: no redis-server")
        with contextlib.redirect_stderr(io.StringIO()):
            rows, words = twins.rows_of(runner, Figures.cell, twin_runs.replay_rows)
        self.assertEqual([row.verdict for row in rows], [NOT_MEASURED])
        self.assertEqual(words, ["real: exit 1: no redis-server"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
