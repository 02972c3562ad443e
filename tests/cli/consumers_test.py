"""Reports for other programs, read by those programs: Google Benchmark's compare.py, a parser of JUnit, and where
Debian has none by the published format."""
import json
import os
import re
import subprocess
import unittest

from cli_case import Case, run_tests, with_changes

try:
    import junitparser
except ImportError:
    junitparser = None

COMPARE = "/usr/share/benchmark/compare.py"  # Debian: libbenchmark-tools
ROW = "cache-aside/memory"


def virtual(latency="100us", **changes):
    origin = {"type": "simulated", "latency": {"distribution": "fixed", "value": latency}}
    return with_changes(clock="virtual", rounds=10, origin=origin, measure={"operations": 20000}, **changes)


@unittest.skipIf(junitparser is None, "no junitparser; apt-get install python3-junitparser")
class Junit(Case):
    def suites(self, scenario, *arguments, expect=0):
        path = self.folder / "hitbench.xml"
        self.run_it("run", self.scenario(scenario), "--export", f"junit={path}", *arguments, expect=expect)
        return self.suites_of(path)

    def suites_of(self, path):
        xml = junitparser.JUnitXml.fromfile(str(path))
        suites = {suite.name: suite for suite in xml}
        for suite in suites.values():
            kinds = [type(entry) for case in suite for entry in case.result]
            self.assertEqual(suite.tests, len(list(suite)))
            self.assertEqual(suite.failures, kinds.count(junitparser.Failure))
            self.assertEqual(suite.errors, kinds.count(junitparser.Error))
            self.assertEqual(suite.skipped, kinds.count(junitparser.Skipped))
        return suites

    def test_a_missed_threshold_is_a_failure(self):
        arguments = ("--threshold", "hit_ratio>1%", "--threshold", f"{ROW}:read.p50<1ns")
        suites = self.suites(virtual(), *arguments, expect=3)
        self.assertEqual(list(suites), ["none/none", ROW])
        self.assertEqual((suites[ROW].tests, suites[ROW].failures, suites[ROW].errors), (3, 1, 0))
        missed = [case for case in suites[ROW] if case.name == f"{ROW}:read.p50<1ns"]
        self.assertEqual(len(missed), 1)
        self.assertEqual(missed[0].classname, ROW)
        self.assertRegex(missed[0].result[0].message, r"^[\d.]+ (ns|µs|ms)$")

    def test_what_cannot_be_told_is_an_error(self):
        suites = self.suites(virtual(), "--threshold", "delete.p50<1h", expect=4)
        self.assertEqual((suites[ROW].failures, suites[ROW].errors), (0, 1))

    def test_a_row_that_cannot_run_here_is_skipped(self):
        self.environment["PATH"] = str(self.folder)
        suites = self.suites(with_changes(caches=["memory", "redis"]))
        self.assertEqual((suites["cache-aside/redis"].tests, suites["cache-aside/redis"].skipped), (1, 1))
        self.assertEqual(suites[ROW].skipped, 0)

    def test_a_regression_of_a_gate_is_a_failure(self):
        path = self.folder / "gate.xml"
        arguments = ("--candidate", "origin.latency.value=200us", "--export", f"junit={path}")
        self.run_it("gate", self.scenario(virtual()), *arguments, expect=3)
        suites = self.suites_of(path)
        failed = [case.name for case in suites["none/none"] if junitparser.Failure in map(type, case.result)]
        self.assertIn("read.response.p50", failed)
        self.assertNotIn("reads.miss", failed)

    def test_a_saved_result_may_come_from_anybody(self):
        saved, path, name = self.folder / "saved.json", self.folder / "hitbench.xml", "a<b> & \"c\" 'd' µ ]]>"
        self.run_it("run", self.scenario(virtual()), "--export", f"json={saved}")
        saved.write_text(saved.read_text().replace('"name": "cache-aside/memory"', '"name": ' + json.dumps(name)))
        self.run_it("report", saved, "--export", f"junit={path}")
        self.assertIn(name, self.suites_of(path))


@unittest.skipUnless(os.path.exists(COMPARE), "no compare.py; apt-get install libbenchmark-tools python3-scipy")
class GoogleBenchmark(Case):
    def report(self, scenario, name):
        path = self.folder / name
        self.run_it("run", self.scenario(scenario), "--export", f"google-benchmark={path}")
        return path

    def compared(self, base, candidate):
        command = ["/usr/bin/python3", COMPARE, "--no-color", "benchmarks", str(base), str(candidate)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_compare_py_finds_a_slower_origin_significant(self):
        text = self.compared(self.report(virtual(), "base.json"), self.report(virtual("200us"), "candidate.json"))
        name = "none/none/read.response.mean"
        self.assertEqual(len(re.findall(rf"^{name} ", text, re.M)), 10, text)
        p_value = re.search(rf"^{name}_pvalue +([\d.]+) +[\d.]+ +U Test, Repetitions: 10 vs 10$", text, re.M)
        self.assertIsNotNone(p_value, text)
        self.assertLess(float(p_value[1]), 0.01)

    def test_compare_py_finds_nothing_between_a_run_and_itself(self):
        base = self.report(virtual(), "base.json")
        changes = re.findall(r"^\S+/read\.response\.\S+ +([+-][\d.]+) +([+-][\d.]+) ", self.compared(base, base), re.M)
        self.assertGreater(len(changes), 50)
        self.assertEqual(set(changes), {("+0.0000", "+0.0000")})

    def test_every_entry_has_what_github_action_benchmark_reads(self):
        report = json.loads(self.report(virtual(), "base.json").read_text())
        for entry in report["benchmarks"]:
            self.assertGreater(len(entry["name"]), 0)
            self.assertEqual(entry["time_unit"], "ns")
            for number in ("real_time", "cpu_time", "iterations", "threads"):
                self.assertGreater(entry[number], 0, entry)


    def test_compare_py_sets_the_sides_of_a_gate_against_each_other(self):
        path = self.folder / "gate.json"
        arguments = ("--candidate", "origin.latency.value=200us", "--export", f"google-benchmark={path}")
        self.run_it("gate", self.scenario(virtual()), *arguments, expect=3)
        command = ["/usr/bin/python3", COMPARE, "--no-color", "filters", str(path), "base", "candidate"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^\[base vs. candidate\]/none/none/read.response.mean +\+(0.99|1.00)\d\d ")


class BenchmarkAction(Case):
    # As its README describes customSmallerIsBetter: an array of {name, unit, value, range?, extra?}.
    def test_is_a_list_as_its_readme_describes_it(self):
        done = self.run_it("run", self.scenario(virtual()), "--format", "benchmark-action")
        entries = json.loads(done.stdout)
        self.assertGreater(len(entries), 5)
        self.assertEqual(len({entry["name"] for entry in entries}), len(entries))
        for entry in entries:
            self.assertLessEqual({"name", "unit", "value"}, set(entry))
            self.assertLessEqual(set(entry), {"name", "unit", "value", "range", "extra"})
            self.assertIsInstance(entry["value"], (int, float))
            for text in set(entry) - {"value"}:
                self.assertIsInstance(entry[text], str)


class GitHub(Case):
    # "Workflow commands for GitHub Actions": ::NAME KEY=VALUE,...::TEXT, with %, CR and LF escaped, in values : and ,
    # too.
    COMMAND = re.compile(
        r"^::(error|warning|notice) title=((?:[^%:,\r\n]|%[0-9A-F]{2})+)::((?:[^%\r\n]|%[0-9A-F]{2})*)$"
    )

    def test_every_line_is_a_command(self):
        scenario = virtual(answer="100 % of {cache-aside/memory.hit_ratio}, yes: {none/none.read.p99}")
        done = self.run_it("run", self.scenario(scenario), "--format", "github", "--threshold=hit_ratio<1%", expect=3)
        commands = [self.COMMAND.match(line) for line in done.stdout.splitlines()]
        self.assertNotIn(None, commands, done.stdout)
        kinds = [command[1] for command in commands if command[1] != "warning"]
        self.assertEqual(kinds, ["error", "notice"])


if __name__ == "__main__":
    run_tests()
