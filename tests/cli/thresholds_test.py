"""Thresholds: in the scenario and on the line, their exit codes, and where their verdicts are told."""
import csv
import io
import json

from cli_case import SMALL, Case, run_tests, with_changes

VIRTUAL = with_changes(clock="virtual")
ROW = "cache-aside/memory"


class Thresholds(Case):
    def missed(self, *arguments):
        scenario = self.scenario(with_changes(clock="virtual", thresholds=["hit_ratio>1%"]))
        return self.run_it("run", scenario, "--threshold", "read.response.p50<1ns", *arguments, expect=3)

    def test_those_of_the_scenario_and_of_the_line_decide_together(self):
        scenario = self.scenario(with_changes(clock="virtual", thresholds=["hit_ratio>1%"]))
        self.assertEqual(self.run_it("run", scenario).stderr, "")
        self.run_it("run", scenario, "--threshold", "read.response.p50<1h", "--threshold", "hit_ratio<1%", expect=3)
        self.run_it("run", self.scenario(with_changes(clock="virtual", thresholds=["hit_ratio<1%"])), expect=3)

    def test_whatever_the_format_stderr_says_why_the_exit_code_is_not_0(self):
        for form in ("table", "json", "csv", "markdown", "junit", "github", "google-benchmark", "benchmark-action"):
            said = self.missed("--format", form).stderr
            self.assertRegex(said, rf"^hitbench: threshold MISSED: read.response.p50<1ns on {ROW}: .*\n$")

    def test_the_table_and_markdown_list_them(self):
        self.assertRegex(self.missed().stdout, rf"Thresholds\n  met  hit_ratio>1% on {ROW}: .* %\n  MISSED  read")
        self.assertIn("- **MISSED** read.response.p50\\<1ns on ", self.missed("--format", "markdown").stdout)

    def test_json_and_csv_hold_them(self):
        verdicts = json.loads(self.missed("--format", "json").stdout)["threshold_verdicts"]
        self.assertEqual([v["met"] for v in verdicts], [True, False])
        self.assertEqual(verdicts[1]["threshold"], "read.response.p50<1ns")
        self.assertEqual(verdicts[1]["row"], ROW)
        lines = list(csv.DictReader(io.StringIO(self.missed("--format", "csv").stdout)))
        self.assertEqual({line["row"]: line["thresholds"] for line in lines}, {"none/none": "", ROW: "missed"})

    def test_a_saved_result_tells_its_own_and_fails_only_by_those_of_the_line(self):
        saved = self.folder / "result.json"
        self.missed("--format", "json", "--output", saved)
        self.assertIn("MISSED  read.response.p50<1ns", self.run_it("report", saved).stdout)
        self.run_it("report", saved, "--threshold", "hit_ratio>1%")
        done = self.run_it("report", saved, "--threshold", "hit_ratio>=101%", expect=3)
        self.assertIn("MISSED  hit_ratio>=101%", done.stdout)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_of_a_result_from_before_there_were_verdicts(self):
        saved = self.folder / "result.json"
        self.missed("--format", "json", "--output", saved)
        old = json.loads(saved.read_text())
        del old["threshold_verdicts"]
        saved.write_text(json.dumps(old))
        self.assertNotIn("MISSED", self.run_it("report", saved).stdout)
        self.run_it("report", saved, "--threshold", "read.response.p50<1ns", expect=3)

    def test_a_mistyped_metric_or_row_is_an_error_with_the_nearest_wherever_it_stands(self):
        for mistyped, nearest in (("hit_ratoi>1%", "hit_ratio"), ("cache-asid/memory:hit_ratio>1%", ROW)):
            said = [
                self.run_it("run", self.scenario(VIRTUAL), "--threshold", mistyped, expect=2).stderr,
                self.run_it("run", self.scenario(with_changes(thresholds=[mistyped])), expect=2).stderr,
                self.run_it("check", self.scenario(with_changes(thresholds=[mistyped])), expect=2).stderr,
            ]
            saved = self.folder / "result.json"
            self.run_it("run", self.scenario(VIRTUAL), "--format", "json", "--output", saved)
            said.append(self.run_it("report", saved, "--threshold", mistyped, expect=2).stderr)
            for text in said:
                self.assertIn(f"Did you mean '{nearest}'?", text)

    def test_of_what_was_not_measured_or_did_not_run_it_cannot_be_told(self):
        unmeasured = self.scenario(VIRTUAL)
        done = self.run_it("run", unmeasured, "--threshold", "delete.response.p50<1h", expect=4)
        self.assertIn("not determined: delete.response.p50<1h", done.stderr)
        done = self.run_it("run", unmeasured, "--threshold", "delete.p50<1h", "--threshold", "hit_ratio<1%", expect=4)
        self.assertIn("MISSED", done.stderr)  # invalid comes before missed, both are told

    def test_of_an_invalid_run_it_cannot_be_told(self):
        broken = with_changes(
            clock="virtual",
            strategies=["none"],
            origin={"type": "simulated", "latency": {"distribution": "fixed", "value": "1s"}},
            app={"clients": 4, "timeout": "1ms"},
            measure={"operations": 100},
            warmup={"operations": 0},
        )
        self.run_it("run", self.scenario(broken), "--threshold", "none/none:read.response.p50<1h", expect=4)


if __name__ == "__main__":
    run_tests()
