"""The commands of docs/coming-from.md are commands that exist: all in its tables are checked, and those with options
that only a run has are run, shortly; of its blocks of code, and of the other pages', the lines that `check` takes."""
import functools
import json
import re
import shlex
import unittest

from cli_case import SCENARIOS, Case, needs, run_tests

ROOT = SCENARIOS.parent
PAGE = ROOT / "docs" / "coming-from.md"
OURS = ("--set ", "--seed ", "--format ", "--threshold ", "--find-max ")
CHECKED = ("--set", "--seed", "--clock", "--cache", "--strategy", "--origin", "--keys", "--value", "--reads", "--rate",
           "--clients", "--ttl", "--for")  # what `hitbench check` takes
LEAST = {PAGE: 9, ROOT / "README.md": 30, ROOT / "docs/which-cache.md": 5, ROOT / "docs/should-i-cache.md": 4}  # lines

BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.M | re.S)


def blocks_of(text):
    """The hitbench lines of the code blocks."""
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("hitbench "):
                yield shlex.split(line, comments=True)


def code_in(text):
    return re.findall(r"`([^`]+)`", BLOCK.sub("", text))


def our_options(text):
    return [code for code in code_in(text) if code.startswith(OURS)]


def options_of(text):
    """(scenario, options) of every bit of code that begins with an option of ours. What a table has depends on the
    scenario in the head of its second column; the first column is another tool's."""
    scenario, given = "load.json", []
    for line in BLOCK.sub("", text).splitlines():
        if not line.startswith("|"):
            found = [("load.json", [], code) for code in our_options(line)]
        else:
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if head := re.match(r"([\w-]+\.json) with", cells[1] if len(cells) == 3 else ""):
                scenario, given = head[1], [word for code in our_options(cells[1]) for word in shlex.split(code)]
                continue
            found = [(scenario, given, code) for cell in cells[1:] for code in our_options(cell)]
        yield from ((name, before + shlex.split(code)) for name, before, code in found)


def is_checkable(options):
    return all(word in CHECKED for word in options if word.startswith("--"))


class Pages(Case):
    @functools.cached_property
    def text(self):
        return PAGE.read_text()

    def real(self, words):
        """With a host, a port and files in place of the page's."""
        keys = self.folder / "keys.txt"
        keys.write_text("one\ntwo\n")
        words = [word.replace("keys.txt", str(keys)) for word in words]
        words = [str(self.folder / "written") if word == "FILE" else word for word in words]
        for name, value in {"HOST": "127.0.0.1", "PORT": "6379", "SOCKET": str(self.folder / "none")}.items():
            words = [re.sub(rf"\b{name}\b", value, word) for word in words]
        return words

    def check(self, scenario, options):
        file = [SCENARIOS / scenario] if scenario else []
        done = self.run_it("check", *file, *self.real(options), expect=None)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"{scenario} {shlex.join(options)}")
        self.assertIn(": valid\n", done.stdout)

    def run_shortly(self, scenario, options):
        """The exit code is the machine's business where a promise is judged: 2 would be the page's fault. A search
        takes many runs, and so has a cache that is as fast as the virtual clock."""
        measure = "measure.operations=2000" if scenario == "load.json" else "measure.duration=200ms"
        short = ["--set", measure, "--set", "workload.keys.count=1000"]
        if "--find-max" in options:
            short += ["--set", "clock=virtual", "--set", 'caches=[{"type": "memory", "name": "server"}]']
        done = self.run_it("run", SCENARIOS / scenario, *self.real(options), *short, expect=None)
        judged = {"--threshold", "--find-max"} & set(options)
        codes = (0, 3, 4) if judged else (0,)
        self.assertIn(done.returncode, codes, f"{scenario} {shlex.join(options)}\n{done.stderr}")
        return done.stdout

    def test_every_set_is_a_valid_scenario(self):
        checkable = [each for each in options_of(self.text) if is_checkable(each[1])]
        self.assertGreater(len(checkable), 60)
        self.assertEqual({scenario for scenario, _ in checkable}, {"load.json", "ycsb-a.json"})
        for scenario, options in checkable:
            with self.subTest(options=shlex.join(options)):
                self.check(scenario, options)

    @needs("redis")
    def test_every_address_is_one(self):
        addresses = [code for code in code_in(self.text) if re.match(r"[a-z+]+://", code)]
        self.assertTrue(addresses)
        for address in self.real(addresses):  # nobody listens there, which is 1; what is no address is 2
            self.run_it("run", SCENARIOS / "load.json", "--set", f"caches.0.address={address}", expect=1)

    def test_every_line_of_a_block_is_a_valid_scenario(self):
        for page, least in LEAST.items():
            lines = [words[2:] for words in blocks_of(page.read_text()) if words[1] == "run" and len(words) > 2]
            self.assertGreaterEqual(len(lines), least, page.name)
            for words in lines:
                with self.subTest(page=page.name, line=shlex.join(words)):
                    file = None if words[0].startswith("--") else words.pop(0)
                    if file == "my.json" or not is_checkable(words):
                        continue
                    if file:
                        self.assertTrue(file.startswith("scenarios/"))
                        file = file.removeprefix("scenarios/")
                    self.check(file, words)

    @needs("redis")
    @needs("memcached")
    def test_what_only_a_run_takes_runs(self):
        runs = [each for each in options_of(self.text) if not is_checkable(each[1])]
        self.assertGreater(len(runs), 7)
        for scenario, options in runs:
            with self.subTest(options=shlex.join(options)):
                written = self.folder / "written"
                printed = self.run_shortly(scenario, options)
                self.assertTrue(written.read_text() if "FILE" in options else printed)
                written.unlink(missing_ok=True)
        self.check_no_server_left()

    def test_what_it_says_of_other_commands(self):
        commands = [shlex.split(code) for code in code_in(self.text) if code.startswith("hitbench ")]
        self.assertEqual({words[1] for words in commands}, {"check", "report"})
        virtual = {"clock": "virtual", "caches": ["memory"], "strategies": ["none"], "measure": {"operations": 100}}
        scenario = self.scenario(virtual)
        result = self.folder / "result.json"
        self.run_it("run", scenario, "--format", "json", "--output", result)
        files = {"check": scenario, "report": str(result)}
        for words in commands:
            words = [files[words[1]] if word == "FILE" else word for word in words[1:]]
            self.assertTrue(self.run_it(*words).stdout)

    def test_the_scenarios_that_it_names_are_there(self):
        linked = set(re.findall(r"\]\(\.\./(scenarios/[\w-]+\.json)\)", self.text))
        self.assertGreater(len(linked), 5)
        for name in linked:
            self.assertTrue((ROOT / name).exists(), name)


class Extraction(unittest.TestCase):
    def test_finds_what_a_reader_would_type(self):
        page = ("Say `--set verify=false` or `--rate-limiting`.\n\n"
                "| theirs | ycsb-a.json with `--set seed=2` and | what differs |\n|---|---|---|\n"
                "| `--set 3` | `--set a=1`; `--set 'b={\"c\":2}'` | theirs `-x`, ours `--seed 7` |\n"
                "| `-y` | | nothing |\n\n```\nhitbench run scenarios/a.json \\\n    --set d=4  # why\n```\n")
        self.assertEqual(list(options_of(page)), [
            ("load.json", ["--set", "verify=false"]), ("ycsb-a.json", ["--set", "seed=2", "--set", "a=1"]),
            ("ycsb-a.json", ["--set", "seed=2", "--set", 'b={"c":2}']),
            ("ycsb-a.json", ["--set", "seed=2", "--seed", "7"])])
        self.assertEqual(list(blocks_of(page)), [["hitbench", "run", "scenarios/a.json", "--set", "d=4"]])


if __name__ == "__main__":
    run_tests()
