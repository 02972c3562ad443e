"""What a terminal shows of a run: one screen, how far it is, and more of it later."""
import fcntl
import json
import os
import pathlib
import re
import struct
import subprocess
import termios

from cli_case import BINARY, Case, Watched, needs, run_tests, with_changes
from verdict_case import VIRTUAL

POINTS = with_changes(
    clock="virtual", rounds=1, sweep={"app.clients": list(range(1, 11))}, strategies=["cache-aside"],
    measure={"operations": 500},
)


def on_terminal(command, environment, columns=100):
    """What it prints where stdout is a terminal."""
    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(command, stdout=its, stderr=subprocess.DEVNULL, env=environment)
    os.close(its)
    said = b""
    try:
        while words := os.read(ours, 65536):
            said += words
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    process.wait(60)
    return said.replace(b"\r\n", b"\n")


class Screen(Case):
    def last(self):
        return pathlib.Path(self.environment["XDG_STATE_HOME"]) / "hitbench/last.json"

    @needs("redis")
    def test_the_quickstart_is_one_screen(self):
        text = self.run_it("run", "--set", "measure.duration=300ms").stdout
        question, rest = text.split("\n\n", 1)
        # What a busy machine makes invalid stands above the answer, and what it makes doubtful under "Trust".
        rest = rest[rest.index("Answer\n"):]
        trust = rest[rest.index("Trust\n"):].split("\n\n")[0].count("\n")
        self.assertLessEqual((question + "\n\n" + rest).count("\n") - max(trust - 4, 0), 40, text)
        before_table = text.split("ops/s")[0]
        self.assertIn("Answer", before_table)
        self.assertIn("Claims", before_table)

    def test_two_rows_are_half_a_screen_and_details_are_asked_for(self):
        scenario = self.scenario(VIRTUAL)
        short = self.run_it("run", scenario).stdout
        self.assertLessEqual(short.count("\n"), 25, short)
        self.assertNotIn("Why reads missed", short)
        self.assertIn("Why reads missed", self.run_it("run", scenario, "--details").stdout)

    def test_the_last_result_is_kept_for_its_user_alone(self):
        ran = self.run_it("run", self.scenario(VIRTUAL))
        self.assertIn("More: hitbench report --details", ran.stdout)
        self.assertEqual(self.last().stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.last().parent.stat().st_mode & 0o777, 0o700)
        again = self.run_it("report").stdout
        self.assertEqual(again, ran.stdout)
        self.assertIn("Does the cache pay?", self.run_it("report", "--details").stdout)
        result = json.loads(self.run_it("report", "--format", "json").stdout)
        self.assertEqual(result, json.loads(self.last().read_text()))

    def test_a_gate_does_not_replace_it(self):
        self.run_it("run", self.scenario(VIRTUAL))
        before = self.last().read_bytes()
        self.run_it("gate", self.scenario(VIRTUAL), "--aa", "--pairs", "6", "--budget", "1s", expect=None)
        self.assertEqual(self.last().read_bytes(), before)

    def test_without_a_run_there_is_nothing_to_report(self):
        done = self.run_it("report", expect=2)
        self.assertIn("no run has been kept", done.stderr)
        self.assertIn("hitbench run", done.stderr)

    def test_where_it_cannot_be_kept_the_report_comes_out_all_the_same(self):
        pathlib.Path(self.environment["XDG_STATE_HOME"]).write_text("a file")
        done = self.run_it("run", self.scenario(VIRTUAL))
        self.assertIn("is not kept", done.stderr)
        self.assertNotIn("More:", done.stdout)
        self.assertIn("cache-aside/memory", done.stdout)
        for name in ("XDG_STATE_HOME", "HOME"):
            self.environment.pop(name, None)
        self.assertEqual(self.run_it("run", self.scenario(VIRTUAL)).stderr, "")

    def test_a_long_sweep_is_a_chart(self):
        text = self.run_it("run", self.scenario(POINTS)).stdout
        self.assertRegex(text, r"app\.clients=10 +\d")
        self.assertIn("█", text)
        self.assertLessEqual(text.count("\n"), 40, text)

    def test_words_are_ascii_where_the_locale_is_and_columns_are_hidden_on_a_terminal_only(self):
        scenario = self.scenario(POINTS)
        environment = dict(self.environment, LC_ALL="C", TERM="dumb")
        self.assertTrue(on_terminal([BINARY, "run", scenario], environment).isascii())
        environment["LC_ALL"] = "C.UTF-8"
        self.assertIn("█".encode(), on_terminal([BINARY, "run", scenario], environment))
        self.run_it("run", self.scenario(VIRTUAL))
        wide = self.run_it("report", "--details").stdout
        self.assertNotIn("columns hidden", wide)
        self.assertIn(b"columns hidden", on_terminal([BINARY, "report", "--details"], environment, columns=80))

    def test_a_terminal_is_told_how_far_it_is_unless_it_is_to_be_quiet(self):
        scenario = self.scenario(with_changes(rounds=3))
        for quiet in ((), ("--quiet",)):
            process = Watched([BINARY, "run", scenario, *quiet], env=self.environment)
            process.communicate(timeout=60)
            told = re.search(r"round 3/3: \S+ +[\d,.]+ ops/s, p99 .* left", process.said)
            self.assertEqual(bool(told), not quiet, process.said)

    def test_check_says_how_long_virtual_time_takes(self):
        done = self.run_it("check", self.scenario(VIRTUAL))
        self.assertRegex(done.stdout, r"virtual: .*\n +here about [\d.]+ (ns|µs|ms|s|min), as a short pilot has it")
        faults = dict(VIRTUAL, faults=[{"at": "1s", "target": "cache", "action": "kill", "for": "1s"}],
                      measure={"duration": "5s"})
        self.assertNotIn("pilot", self.run_it("check", self.scenario(faults)).stdout)

    def test_who_watches_no_terminal_is_told_after_a_silence(self):
        slow = with_changes(
            rounds=4, strategies=["none"], warmup={"operations": 0}, measure={"duration": "12s"},
            workload={"arrivals": {"loop": "open", "rate": 50}},
        )
        told = self.run_it("run", self.scenario(slow)).stderr
        self.assertRegex(told, r"hitbench: round [34]/4: none/none .* \(after \d+ s of about \d+ s\)")
        self.assertLessEqual(told.count("\n"), 3, told)


if __name__ == "__main__":
    run_tests()
