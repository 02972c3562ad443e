"""Several reports of one run, each in a file of its own."""
import json
import subprocess

from cli_case import BINARY, Case, needs, run_tests, wait_for, with_changes

VIRTUAL = with_changes(clock="virtual")
FORMATS = {
    "table": "none/none",
    "json": '"schema": "hitbench.result/1"',
    "csv": "row,strategy",
    "html": "<!doctype html>",
    "markdown": "<!-- hitbench -->",
    "junit": "<testsuites>",
    "github": "::notice title=hitbench%3A thresholds::1 met",
    "google-benchmark": '"benchmarks": [',
    "benchmark-action": '"unit": "ns"',
    "hgrm": "#[cache-aside/memory/read.response, ms]",
    "hlog": "#[Histogram log format version",
}


class Exports(Case):
    def test_every_format_at_once_beside_the_one_on_stdout(self):
        listed = self.run_it("list", "reports").stdout
        exports = [f"--export={name}={self.folder / name}" for name in FORMATS]
        done = self.run_it("run", self.scenario(VIRTUAL), "--threshold", "hit_ratio>1%", *exports)
        self.assertIn("cache-aside/memory", done.stdout)
        for name, word in FORMATS.items():
            self.assertIn(f"  {name} ", listed)
            self.assertIn(word, (self.folder / name).read_text(), name)
        self.assertEqual((self.folder / "table").read_text(), done.stdout)
        self.assertEqual(listed.count("\n"), len(FORMATS) + 1)

    def test_a_saved_result_gives_the_same_files(self):
        saved = self.folder / "result.json"
        self.run_it("run", self.scenario(VIRTUAL), "--export", f"json={saved}", "--export", f"junit={self.folder}/a")
        self.run_it("report", saved, "--export", f"junit={self.folder}/b", "--export", f"json={self.folder}/again")
        self.assertEqual((self.folder / "a").read_text(), (self.folder / "b").read_text())
        self.assertEqual(saved.read_text(), (self.folder / "again").read_text())

    def test_annotations_may_follow_the_table_on_stdout(self):
        done = self.run_it("run", self.scenario(VIRTUAL), "--threshold=hit_ratio<1%", "--export", "github=-", expect=3)
        self.assertRegex(done.stdout, r"(?s)ops/s.*\n::error title=hitbench%3A threshold MISSED::hit_ratio<1%")

    def test_what_is_wrong_with_an_export_is_told_before_anything_runs(self):
        scenario = self.scenario(VIRTUAL)
        place = self.folder / "x"
        for exports, words in (
            ([f"junti={place}"], "there is no format 'junti'. Did you mean 'junit'?"),
            (["junit"], "--export junit: the file is missing"),
            (["junit="], "the file is missing"),
            ([f"junit={place}", f"csv={place}"], "is given for two reports"),
        ):
            done = self.run_it("run", scenario, *[f"--export={one}" for one in exports], expect=2)
            self.assertIn(words, done.stderr)
        self.run_it("run", scenario, "--output", place, "--export", f"csv={place}", expect=2)
        self.run_it("run", scenario, "--export", f"junit={self.folder}/no/such/place", expect=1)
        self.assertFalse(place.exists())

    def test_a_full_disk_is_told(self):
        self.run_it("run", self.scenario(VIRTUAL), "--export", "json=/dev/full", expect=1)

    @needs("redis")
    def test_an_interrupted_run_still_gives_every_report(self):
        slow = with_changes(caches=["redis"], measure={"duration": "60s"}, rounds=60)
        command = [BINARY, "run", self.scenario(slow), "--export", f"json={self.folder}/a", "--format", "markdown"]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment)
        self.assertTrue(wait_for(self.servers))
        running.terminate()
        out, _ = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 130)
        self.assertIn(b"**PARTIAL**", out)
        self.assertFalse(json.loads((self.folder / "a").read_text())["complete"])


if __name__ == "__main__":
    run_tests()
