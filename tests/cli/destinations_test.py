"""Where reports may go: devices, links, folders that take no new file, and what must not be overwritten."""
import json
import os
import pathlib
import shutil
import stat
import subprocess

from cli_case import BINARY, Case, run_tests, with_changes

VIRTUAL = with_changes(clock="virtual", measure={"operations": 200}, warmup={"operations": 50})
NOBODY = 65534


class Destinations(Case):
    def setUp(self):
        super().setUp()
        self.ran = self.scenario(VIRTUAL)

    def run_to(self, *arguments, expect=0, **options):
        return self.run_it("run", self.ran, "--format", "json", *arguments, expect=expect, **options)

    def shell(self, line, expect):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=self.environment, timeout=60)
        self.assertEqual(done.returncode, expect, f"{line}\n{done.stdout}\n{done.stderr}")
        return done

    def check_result(self, path):
        self.assertEqual(json.loads(pathlib.Path(path).read_text())["schema"], "hitbench.result/1")

    def unprivileged(self, *arguments, expect=0):
        """As somebody for whom permissions hold: for root they do not."""
        command = [BINARY, *map(str, arguments)]
        if os.geteuid() == 0:
            program = self.folder / "hitbench-for-nobody"
            shutil.copy(BINARY, program)
            self.folder.chmod(0o755)
            who = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            command = [*who, str(program), *command[1:]]
        environment = {**self.environment, "TMPDIR": "/tmp"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
        self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def give_to_nobody(self, path):
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)

    def test_every_file_is_written_though_stdout_is_closed_full_or_gone(self):
        exports = f"--export json={self.folder}/a.json --export csv=/dev/full --export csv={self.folder}/a.csv"
        for stdout, words in (
            (">&-", "stdout: could not be written: Bad file descriptor"),
            (">/dev/full", "stdout: could not be written: No space left"),
            ("| true", "Broken pipe"),
        ):
            line = f"set -o pipefail; {BINARY} run {self.ran} {exports} {stdout}"
            errors = self.shell(line, 1).stderr
            self.assertIn(words, errors)
            self.assertIn("/dev/full: could not be written: No space left", errors)
            self.check_result(self.folder / "a.json")
            self.assertIn("row,strategy", (self.folder / "a.csv").read_text())
            for written in ("a.json", "a.csv"):
                (self.folder / written).unlink()

    def test_a_verdict_reaches_its_files_too(self):
        self.run_to("--output", self.folder / "r.json")
        self.shell(f"{BINARY} compare {self.folder}/r.json {self.folder}/r.json --export json={self.folder}/v >&-", 1)
        self.assertEqual(json.loads((self.folder / "v").read_text())["verdict"], "pass")

    def test_devices_and_what_is_open_are_written_to_where_they_are(self):
        self.run_to("--output", "/dev/null", "--export", "csv=/dev/null")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-"):
            self.assertIn("hitbench.result/1", self.run_to("--output", name).stdout)
        kept = self.folder / "kept"
        kept.write_text("before\n")
        self.shell(f"{BINARY} run {self.ran} --format csv --output /dev/stdout >>{kept}", 0)
        self.assertTrue(kept.read_text().startswith("before\nrow,strategy"))
        self.shell(f"{BINARY} run {self.ran} --output /dev/null --export csv=/dev/fd/7 7>{kept}", 0)
        self.assertTrue(kept.read_text().startswith("row,strategy"))
        self.assertIn("Bad file descriptor", self.run_to("--output", "/dev/fd/9", expect=1).stderr)

    def test_through_a_link_its_target_is_replaced_whole(self):
        (self.folder / "elsewhere").mkdir()
        target, link, second = self.folder / "elsewhere" / "result.json", self.folder / "link", self.folder / "second"
        link.symlink_to("elsewhere/result.json")
        second.symlink_to(link)
        for _ in ("a new target", "an old one"):
            self.run_to("--output", second)
            self.assertTrue(link.is_symlink() and second.is_symlink())
            self.check_result(target)
        target.write_text("old")
        before = target.stat().st_ino
        limited = f"ulimit -f 1; trap '' XFSZ; exec {BINARY} run {self.ran} --format json --output {link}"
        self.shell(limited, 1)
        self.assertEqual((target.read_text(), target.stat().st_ino), ("old", before))
        self.assertEqual(os.listdir(target.parent), ["result.json"])

    def test_an_old_file_keeps_its_mode_and_a_new_one_obeys_the_umask(self):
        path = self.folder / "result.json"
        for mask, mode in ((0o022, 0o644), (0o077, 0o600), (0o002, 0o664)):
            self.shell(f"umask {mask:o}; {BINARY} run {self.ran} --output {path}", 0)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), mode)
            path.unlink()
        path.write_text("old")
        for mode in (0o600, 0o640, 0o664):
            path.chmod(mode)
            self.run_to("--output", path)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), mode)

    def test_a_writable_file_in_a_folder_that_takes_no_new_one(self):
        closed = self.folder / "closed"
        closed.mkdir()
        path = closed / "result.json"
        path.write_text("x" * 200_000)
        self.give_to_nobody(path)
        os.chmod(self.ran, 0o644)
        closed.chmod(0o555)
        self.addCleanup(closed.chmod, 0o755)
        self.unprivileged("run", self.ran, "--format", "json", "--output", path)
        self.check_result(path)
        refused = self.unprivileged("run", self.ran, "--output", closed / "new", expect=1)
        self.assertIn("Permission denied", refused.stderr)

    def test_a_file_that_is_read_only_stays(self):
        path = self.folder / "kept"
        path.write_text("old")
        self.give_to_nobody(path)
        path.chmod(0o444)
        os.chmod(self.ran, 0o644)
        self.assertIn("Permission denied", self.unprivileged("run", self.ran, "--output", path, expect=1).stderr)
        self.assertEqual(path.read_text(), "old")

    def test_names_that_lead_nowhere_are_told_in_a_sentence(self):
        loop = self.folder / "loop"
        loop.symlink_to("loop")
        closed = self.folder / "closed"
        closed.mkdir(mode=0o000)
        self.addCleanup(closed.chmod, 0o755)
        long = self.folder / ("n" * 300)
        for place, words in ((loop, "Too many levels"), (long, "File name too long"), (self.folder, "Is a directory"),
                             (f"{self.ran}/x", "Not a directory"), (self.folder / "no" / "place", "No such file")):
            for option in ("--output", "--export=json="):
                arguments = [option, place] if option == "--output" else [f"{option}{place}"]
                self.assertIn(words, self.run_to(*arguments, expect=1).stderr)
            read = self.run_it("report", place, expect=2).stderr
            self.assertRegex(read, f"(?i){words}")
            self.run_it("run", place, expect=2)
            self.run_it("check", place, expect=2)
            self.run_it("compare", place, place, expect=2)
            self.run_it("gate", self.ran, "--candidate-binary", place, expect=2)
        os.chmod(self.ran, 0o644)
        for arguments in (["run", closed / "x"], ["report", closed / "x"]):
            self.assertIn("Permission denied", self.unprivileged(*arguments, expect=2).stderr)
        arguments = ["run", self.ran, "--output", closed / "x"]
        self.assertIn("Permission denied", self.unprivileged(*arguments, expect=1).stderr)

    def test_a_name_as_long_as_the_file_system_allows(self):
        path = self.folder / ("n" * 255)
        self.run_to("--output", path)
        self.check_result(path)

    def test_no_report_overwrites_what_its_command_reads(self):
        result = self.folder / "r.json"
        self.run_to("--output", result)
        hard, soft = self.folder / "hard", self.folder / "soft"
        os.link(result, hard)
        soft.symlink_to(result)
        before = result.read_text()
        for name in (result, hard, soft, f"{self.folder}/./r.json"):
            for command in (["report", result], ["compare", result, result]):
                self.assertIn("would overwrite", self.run_it(*command, "--output", name, expect=2).stderr)
        other = self.scenario(VIRTUAL, "other.json")
        changed = ["--candidate", "seed=5"]
        for command in (["run", self.ran], ["gate", self.ran, *changed],
                        ["gate", other, "--base-scenario", self.ran], ["run", self.ran, "--find-max", "hit_ratio>0"]):
            self.assertIn("would overwrite", self.run_it(*command, "--export", f"csv={self.ran}", expect=2).stderr)
        self.assertEqual(result.read_text(), before)
        self.assertEqual(json.loads(pathlib.Path(self.ran).read_text()), VIRTUAL)

    def test_no_report_overwrites_a_file_that_its_scenario_names(self):
        named = {}
        for name, content in (("keys.txt", "a\nb\na\n"), ("times.txt", "3ms\n"), ("secret", "x\n"), ("server", "")):
            named[name] = self.folder / name
            named[name].write_text(content)
        latency = {"distribution": "empirical", "file": "times.txt"}
        self.ran = self.scenario({
            **VIRTUAL,
            "workload": {"keys": {"distribution": "trace", "file": "keys.txt"}},
            "origin": {"type": "simulated", "latency": latency},
        }, "named.json")
        own = {"type": "redis", "address": "redis://127.0.0.1:1/0", "password_file": "secret"}
        private = {"type": "redis", "server": "./server", "name": "private"}
        servers = self.scenario(with_changes(caches=[own, private], strategies=["direct"]), "servers.json")
        binary = self.folder / "hitbench"
        os.link(shutil.copy(BINARY, self.folder / "copy"), binary)
        for scenario, name in ((self.ran, "keys.txt"), (self.ran, "times.txt"), (servers, "secret"),
                               (servers, "server")):
            before = named[name].read_text()
            for command in (["run", scenario], ["run", scenario, "--find-max", "hit_ratio>0"],
                            ["gate", scenario, "--candidate", "seed=5"]):
                done = self.run_it(*command, "--output", named[name], expect=2)
                self.assertIn("would overwrite", done.stderr)
            self.assertEqual(named[name].read_text(), before)
        gate = ["gate", self.ran, "--candidate-binary", binary, "--output", self.folder / "copy"]
        self.assertIn("would overwrite", self.run_it(*gate, expect=2).stderr)
        self.run_it("run", self.ran, "--output", self.folder / "report")

    def test_two_names_of_one_file_are_one_destination(self):
        (self.folder / "link").symlink_to("new")
        for second in (f"{self.folder}/./new", f"{self.folder}/link"):
            done = self.run_to("--output", self.folder / "new", "--export", f"csv={second}", expect=2)
            self.assertIn("given for two reports", done.stderr)


if __name__ == "__main__":
    run_tests()
