"""Where a report goes, in every format, and what happens when it cannot."""
import json
import subprocess

from cli_case import BINARY, SMALL, Case, run_tests, with_changes


class Output(Case):
    def test_every_format_of_a_saved_result(self):
        saved = self.folder / "result.json"
        self.run_it("run", self.scenario(SMALL), "--format", "json", "--output", saved)
        row = "cache-aside/memory"
        for form, word in (("table", row), ("csv", row), ("markdown", "|"), ("json", "{"),
                           ("hgrm", "1/(1-Percentile)"), ("hlog", "HISTFAAA")):
            self.assertIn(word, self.run_it("report", saved, "--format", form).stdout)
        again = self.run_it("report", saved, "--format", "json").stdout
        self.assertEqual(json.loads(again), json.loads(saved.read_text()))
        only = self.run_it("report", saved, "--format", "csv", "--rows", "cache-aside/memory").stdout
        self.assertNotIn("none/none", only)

    def test_counts_have_the_noun_that_belongs_to_them(self):
        scenario = with_changes(clock="virtual", rounds=1, strategies=["none"], app={"clients": 1},
                                workload={"keys": {"distribution": "uniform", "count": 1}}, measure={"operations": 1})
        report = " ".join(self.run_it("run", self.scenario(scenario)).stdout.split())
        for words in ("uniform over 1 key,", "1 client;", "1 round of 1 operation per row"):
            self.assertIn(words, report)
        checked = self.run_it("check", self.scenario(scenario)).stdout
        self.assertIn("1 process x 1 client, 1 operation in 1 round", checked)

    def test_a_trace_has_the_keys_that_its_file_holds(self):
        (self.folder / "trace.txt").write_text("a\nb\na\nc\n" * 100)
        scenario = with_changes(clock="virtual", rounds=1,
                                workload={"keys": {"distribution": "trace", "file": str(self.folder / "trace.txt")}})
        self.assertIn("trace over 3 keys,", self.run_it("run", self.scenario(scenario)).stdout)
        checked = self.run_it("check", self.scenario(scenario)).stdout
        self.assertIn("data set  3 keys", checked)
        self.assertIn('"count": 3', checked)

    def test_a_broken_or_newer_result(self):
        self.run_it("report", self.scenario("{", "broken.json"), expect=2)
        self.run_it("report", self.scenario({"schema": "hitbench.result/9"}, "newer.json"), expect=2)

    def test_a_full_disk_and_an_unwritable_place(self):
        scenario = self.scenario(SMALL)
        self.run_it("run", scenario, "--output", "/dev/full", expect=1)
        self.run_it("run", scenario, "--output", self.folder / "no" / "such" / "place.json", expect=1)
        with open("/dev/full", "w") as full:
            done = subprocess.run([BINARY, "run", scenario], stdout=full, stderr=subprocess.PIPE, env=self.environment)
        self.assertEqual(done.returncode, 1)

    def test_an_error_that_nobody_can_read_keeps_its_exit_code(self):
        missed = self.scenario(with_changes(thresholds=["read.response.p50<1ns"]))
        with open("/dev/full", "w") as full:
            for arguments, code in ((["rum"], 2), (["run", missed], 3)):
                command = [BINARY, *arguments]
                done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=full, env=self.environment)
                self.assertEqual(done.returncode, code)

    def test_an_old_file_survives_a_write_that_fails(self):
        saved = self.folder / "result.json"
        saved.write_text("old")
        limited = f"ulimit -f 1; trap '' XFSZ; exec {BINARY} run {self.scenario(SMALL)} --format json --output {saved}"
        done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, env=self.environment)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(saved.read_text(), "old")
        self.assertEqual([p.name for p in self.folder.glob("result.json*")], ["result.json"])


if __name__ == "__main__":
    run_tests()
