"""examples/ci and action.yml, as far as they run without a CI system: the script in a real git repository, each `run:`
of the YAML files in a shell, the comment against a server that answers like GitHub's."""
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading

import yaml

from cli_case import BINARY, SCENARIOS, Case, needs, run_tests

ROOT = SCENARIOS.parent
EXAMPLES = ROOT / "examples" / "ci"
AS_SHIPPED = (EXAMPLES / "shop.json").read_text()
SHOP = AS_SHIPPED.replace('"operations": 60000', '"operations": 30000')  # half as long; what it tells is the same
assert SHOP != AS_SHIPPED, "the shop's length is no longer what is replaced here"
TIMES = SHOP.replace('"lognormal", "median": "4ms", "sigma": 0.5', '"empirical", "file": "FILE"')
SCENARIO = "perf/shop.json"
SHORTER = ('"ttl": "30s"', '"ttl": "10s"')
OTHER_WORDS = ("the shop's pages stay", "our pages stay")


def steps_of(path):
    """The `run:` steps of a workflow or an action, and its YAML."""
    content = yaml.safe_load(path.read_text())
    steps = content["runs"]["steps"] if "runs" in content else content["jobs"]["gate"]["steps"]
    return content, steps


class Repository(Case):
    """A project with a scenario on its main branch and a change of it in a commit of its own."""

    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        self.bin = self.folder / "bin"
        (self.project / "perf").mkdir(parents=True)
        self.bin.mkdir()
        self.tool("apt-get", 'echo "$@" >>"$HOME/apt-get.log"')
        keep = ("PATH", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
        self.environment = {name: self.environment[name] for name in keep if name in self.environment}
        self.environment.update(
            HOME=str(self.folder),
            PATH=f"{self.bin}:{os.path.dirname(BINARY)}:/usr/bin:/bin",
            GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.org",
            GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.org",
        )
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit(SHOP)

    def tool(self, name, script, folder=None):
        path = (folder or self.bin) / name
        path.write_text("#!/bin/sh\nset -eu\n" + script + "\n")
        path.chmod(0o755)

    def git(self, *arguments):
        done = subprocess.run(
            ["git", *arguments], cwd=self.project, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, scenario):
        (self.project / SCENARIO).write_text(scenario)
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", "change")

    def shell(self, script, expect=0, **environment):
        """As a runner does it: bash -e, with pipefail."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.project, env={**self.environment, **environment}, capture_output=True, text=True, timeout=120,
        )
        self.assertEqual(done.returncode, expect, f"{script}\n{done.stdout}\n{done.stderr}")
        return done

    def gate(self, *arguments, expect=0, **environment):
        return self.shell(" ".join([str(EXAMPLES / "gate.sh"), *arguments]), expect=expect, **environment)

    def hitbench_home(self):
        """A checkout of hitbench whose `dev run` builds nothing: it has the program that is tested."""
        home = self.folder / "hitbench"
        shutil.copytree(EXAMPLES, home / "examples" / "ci")
        shutil.copy(ROOT / "action.yml", home)
        script = (
            '[ "$*" = "run --version" ]',
            'release=$(dirname "$0")/build/release',
            'mkdir -p "$release"',
            f'ln -sf {BINARY} "$release/hitbench"',
            '"$release/hitbench" --version',
        )
        self.tool("dev", "\n".join(script), home)
        self.environment["PATH"] = f"{self.bin}:/usr/bin:/bin"
        return home


class Script(Repository):
    def test_a_shorter_ttl_of_this_commit_is_a_regression(self):
        self.commit(AS_SHIPPED)
        self.commit(AS_SHIPPED.replace(*SHORTER))
        done = self.gate(SCENARIO, expect=3)
        self.assertRegex(done.stdout, r"(?m)^  hit_ratio .* points \(exact\) .*REGRESSED$")
        self.assertEqual(json.loads((self.project / "hitbench.json").read_text())["verdict"], "regressed")
        self.assertIn("<failure", (self.project / "hitbench.xml").read_text())
        self.assertIn("### REGRESSED", (self.project / "hitbench.md").read_text())
        self.assertEqual(os.listdir(self.project / "perf"), ["shop.json"])

    def test_what_changes_no_figure_passes(self):
        self.commit(SHOP.replace(*OTHER_WORDS))
        self.assertIn("pass", self.gate(SCENARIO).stdout)

    def test_an_unchanged_or_new_scenario_has_nothing_to_be_compared_with(self):
        self.commit(SHOP)
        self.assertIn("is unchanged since HEAD~1", self.gate(SCENARIO).stdout)
        (self.project / "perf/new.json").write_text(SHOP)
        self.assertIn("is new since HEAD~1", self.gate("perf/new.json").stdout)

    def test_a_scenario_may_be_named_from_anywhere(self):
        self.commit(SHOP.replace(*SHORTER))
        (self.project / "link.json").symlink_to(SCENARIO)
        for name in (self.project / SCENARIO, f"./perf/../{SCENARIO}", "link.json"):
            self.assertIn("REGRESSED", self.gate(str(name), expect=3).stdout)
        outside = f"cd /; HITBENCH_OUT={self.folder}/out {EXAMPLES}/gate.sh {self.project}/{SCENARIO}"
        self.assertIn("REGRESSED", self.shell(outside, expect=3).stdout)
        self.assertEqual(os.listdir(self.project / "perf"), ["shop.json"])
        alone = self.scenario(SHOP)
        self.assertIn("is in no git repository", self.gate(alone, expect=2).stderr)

    def test_a_scenario_that_was_moved_is_compared_with_what_it_was(self):
        self.git("mv", "perf", "load tests")
        moved = "load tests/läden.json"
        self.git("mv", "load tests/shop.json", moved)
        (self.project / moved).write_text(SHOP.replace(*SHORTER))
        self.git("commit", "--quiet", "-am", "moved and changed")
        self.assertIn("REGRESSED", self.gate(f"'{moved}'", expect=3).stdout)
        self.git("mv", moved, "shop.json")
        self.git("commit", "--quiet", "-m", "moved only")
        self.assertIn("is unchanged since HEAD~1", self.gate("shop.json").stdout)

    def test_watched_files_are_gated_with_the_scenario(self):
        """The rows of an origin may come from a file: here it stands for whatever a scenario names."""
        folder = self.project / "perf"
        (folder / "data").mkdir()
        (folder / "data/times.txt").write_text("4ms\n")
        (folder / "data/other file.txt").write_text("1\n")
        self.commit(TIMES.replace("FILE", "data/times.txt"))
        (folder / "data/times.txt").write_text("8ms\n")
        self.git("commit", "--quiet", "-am", "slower")
        watch = ("--watch", "perf/data/times.txt", "--watch", "'perf/data/other file.txt'")
        self.assertIn("is unchanged since HEAD~1: ", self.gate(SCENARIO).stdout)
        self.assertIn("and so is what is watched", self.gate(SCENARIO, *watch[2:]).stdout)
        done = self.gate(SCENARIO, *watch, "--metric", "read.p99", expect=3)
        self.assertRegex(done.stdout, r"read.response.p99 .* \+100 % \(exact\) .*REGRESSED")
        self.assertRegex(done.stdout, r"(?m)^differs: +file data/times.txt: changed$")
        self.git("rm", "--quiet", "perf/data/other file.txt")
        self.git("commit", "--quiet", "-m", "gone")
        self.assertIn("pass", self.gate(SCENARIO, *watch).stdout)
        self.assertEqual([name for name in os.listdir(self.folder) if "base" in name], [])
        self.assertIn("neither here nor in", self.gate(SCENARIO, "--watch=perf/none", expect=2).stderr)
        self.assertIn("not in the repository", self.gate(SCENARIO, f"--watch={self.folder}/x", expect=2).stderr)
        self.assertIn("--watch needs a file", self.gate(SCENARIO, "--watch", expect=2).stderr)
        self.assertIn("leave it out", self.gate(SCENARIO, "--watch=perf/shop.json", "--aa", expect=2).stderr)

    def test_a_watched_link_or_renamed_file_is_what_it_was_in_the_base(self):
        self.shell("mkdir old new; echo 4ms | tee old/times.txt perf/own.txt; echo 8ms >new/times.txt")
        for name, link in (("times.txt", "times.txt"), ("folder/times.txt", "folder")):
            for to in ("old", "new"):
                self.shell(f"ln -sfn ../{to}{'/times.txt' * (link == name)} perf/{link}")
                self.commit(TIMES.replace("FILE", name))
            done = self.gate(SCENARIO, "--watch", f"perf/{name}", "--metric", "read.p99", expect=3)
            self.assertIn("+100 % (exact)", done.stdout)
        self.commit(TIMES.replace("FILE", "own.txt"))
        self.git("mv", "perf/own.txt", "perf/renamed.txt")
        self.commit(TIMES.replace("FILE", "renamed.txt"))
        self.assertIn("pass", self.gate(SCENARIO, "--watch", "perf/renamed.txt").stdout)

    @needs("redis")
    def test_a_change_of_a_servers_configuration_is_gated_and_told(self):
        config = self.project / "perf/redis.conf"
        config.write_text("# ours\nmaxmemory-samples 5\nport 1\ndaemonize yes\n")
        self.commit(json.dumps({
            "caches": [{"type": "redis", "config": "redis.conf"}], "strategies": ["direct"],
            "workload": {"keys": {"distribution": "uniform", "count": 100}}, "app": {"clients": 2},
            "warmup": {"preload": True}, "measure": {"operations": 1000},
        }))
        config.write_text("maxmemory-samples 10\nport 2\n")
        self.git("commit", "--quiet", "-am", "more samples")
        done = self.gate(SCENARIO, "--watch", "perf/redis.conf", "--pairs=6", "--budget=1s", expect=4)
        self.assertRegex(done.stdout, r"(?m)^differs: +caches.0.config.maxmemory-samples: 5 → 10$")
        self.assertIn("not-exercised", done.stdout)

    def test_the_base_is_the_branch_the_change_goes_to(self):
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
        first = self.git("rev-parse", "HEAD")
        self.commit(SHOP.replace(*SHORTER))
        self.commit(SHOP.replace(*SHORTER))
        self.assertIn("unchanged", self.gate(SCENARIO).stdout)
        self.gate(SCENARIO, expect=3, GITHUB_BASE_REF="main")
        self.gate(SCENARIO, expect=3, CI_MERGE_REQUEST_DIFF_BASE_SHA=first)
        self.gate(SCENARIO, expect=3, HITBENCH_BASE="main~2", GITHUB_BASE_REF="other")

    def test_a_side_may_be_named_instead(self):
        done = self.gate(SCENARIO, "--candidate", "caches.0.entries=20000", "--metric", "hit_ratio")
        self.assertIn("improved", done.stdout)
        out = self.folder / "out"
        smaller = (SCENARIO, "--candidate=caches.0.entries=5000", "--metric=hit_ratio=1%")
        self.gate(*smaller, expect=3, HITBENCH_OUT=str(out))
        self.assertEqual(sorted(os.listdir(out)), ["hitbench.json", "hitbench.md", "hitbench.xml"])

    def test_mistakes_are_told(self):
        self.assertIn("usage", self.gate(expect=2).stderr)
        self.assertIn("no such file", self.gate("perf/shopp.json", expect=2).stderr)
        self.assertIn("fetch-depth", self.gate(SCENARIO, expect=2, GITHUB_BASE_REF="main").stderr)
        self.commit(SHOP.replace('"ttl"', '"tll"'))
        self.assertIn("Did you mean 'ttl'?", self.gate(SCENARIO, expect=2).stderr)

    def test_what_is_not_installed_is_built(self):
        home = self.hitbench_home()
        self.commit(SHOP.replace(*SHORTER))
        done = self.shell(f"{home}/examples/ci/gate.sh {SCENARIO}", expect=3)
        self.assertIn("hitbench 0.", done.stderr)

    def test_the_recipes_are_commands_that_exist(self):
        text = (EXAMPLES / "README.md").read_text()
        recipes = re.findall(r"^hitbench .*", text, re.M)
        self.assertGreater(len(recipes), 5)
        for recipe in recipes:
            if "redis" in recipe:  # in real time: the words are checked, nothing is measured
                recipe = recipe.replace("perf/redis.json", SCENARIO) + " --budget nothing"
                self.assertIn("--budget nothing", self.shell(recipe, expect=2).stderr)
            else:
                self.assertIn(self.shell(recipe + "|| [ $? = 3 ]").returncode, (0, 3))


class GitHubWorkflow(Repository):
    def setUp(self):
        super().setUp()
        self.home = self.hitbench_home()
        self.action, self.steps = steps_of(self.home / "action.yml")
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
        self.commit(SHOP.replace(*SHORTER))
        self.environment.update(
            GITHUB_ACTIONS="true", GITHUB_BASE_REF="main", GITHUB_ACTION_PATH=str(self.home),
            GITHUB_WORKSPACE=str(self.project), GITHUB_STEP_SUMMARY=str(self.folder / "summary.md"),
        )

    def with_inputs(self, text, inputs):
        values = {name: field.get("default", "") for name, field in self.action["inputs"].items()}
        return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: {**values, **inputs}[m[1]], text)

    def step(self, name, inputs, expect=0, **environment):
        (step,) = [one for one in self.steps if one["name"] == name]
        self.assertEqual(step["shell"], "bash")
        values = {key: self.with_inputs(text, inputs) for key, text in step["env"].items()}
        return self.shell(step["run"], expect=expect, **{**values, **environment})

    def test_the_action_annotates_and_summarises(self):
        done = self.step("Gate", {"scenario": SCENARIO}, expect=3)
        self.assertIn("\n::error title=hitbench%3A REGRESSED::cache-aside/memory hit_ratio", done.stdout)
        self.assertIn("<!-- hitbench:gate -->", (self.folder / "summary.md").read_text())

    def test_arguments_stand_one_a_line(self):
        arguments = "--candidate\nstrategies.0.ttl=60s\n\n--metric=hit_ratio\n"
        self.assertIn("improved", self.step("Gate", {"scenario": SCENARIO, "arguments": arguments}).stdout)

    def test_an_input_is_no_shell_command(self):
        self.step("Gate", {"scenario": '"; touch pwned; "'}, expect=2)
        self.step("Gate", {"scenario": SCENARIO, "arguments": "--candidate=$(touch pwned)"}, expect=2)
        self.assertFalse((self.project / "pwned").exists())

    def test_the_workflow_uses_the_action_as_it_is(self):
        workflow, steps = steps_of(EXAMPLES / "github-workflow.yml")
        (used,) = [step for step in steps if "hitbench@" in step.get("uses", "")]
        required = {name for name, field in self.action["inputs"].items() if field.get("required")}
        self.assertLessEqual(set(used["with"]), set(self.action["inputs"]))
        self.assertLessEqual(required, set(used["with"]))
        self.assertEqual(used["with"]["scenario"], SCENARIO)
        self.assertEqual(workflow[True]["pull_request"]["paths"], [SCENARIO])  # YAML 1.1 reads "on" as true
        self.assertEqual(workflow["permissions"]["pull-requests"], "write")
        for step in steps:
            if "run" in step:
                self.shell(step["run"])
        self.assertIn("install", (self.folder / "apt-get.log").read_text())
        self.step("Gate", used["with"], expect=3)
        (kept,) = [step for step in steps if "upload-artifact" in step.get("uses", "")]
        for name in kept["with"]["path"].split():
            self.assertTrue((self.project / name).exists(), name)

    def test_the_comment_step_runs_the_script_that_is_there(self):
        (step,) = [one for one in self.steps if one["name"] == "Comment"]
        self.assertEqual(step["if"], "always() && inputs.comment == 'true'")
        event = self.folder / "event.json"
        event.write_text("{}")
        done = self.step("Comment", {"scenario": SCENARIO}, GITHUB_EVENT_PATH=str(event))
        self.assertIn("no pull request", done.stdout)


class GitLabJob(Repository):
    def test_its_steps_gate_a_merge_request(self):
        job = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text())["cache"]
        home = self.hitbench_home()
        for command in (("init", "--quiet"), ("add", "-A"), ("commit", "--quiet", "-m", "hitbench")):
            subprocess.run(["git", *command], cwd=home, env=self.environment, check=True, capture_output=True)
        base = self.git("rev-parse", "HEAD")
        self.commit(SHOP.replace(*SHORTER))
        clone = str(self.folder / "clone")
        lines = [line.replace("/opt/hitbench", clone) for line in job["before_script"] + job["script"]]
        repository = f"file://{home}"
        self.shell("\n".join(lines), expect=3, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, HITBENCH_REPOSITORY=repository)
        self.assertEqual(job["rules"][0]["changes"], [SCENARIO])
        for name in job["artifacts"]["paths"] + [job["artifacts"]["reports"]["junit"]]:
            self.assertTrue((self.project / name).exists(), name)


class FakeGitHub(http.server.BaseHTTPRequestHandler):
    def answer(self, content, status=200):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def content(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self):
        page = int(re.search(r"[?&]page=(\d+)", self.path)[1])
        self.answer(self.server.comments[100 * (page - 1) : 100 * page])

    def do_POST(self):
        body = self.content()["body"]
        if self.server.read_only:
            return self.answer({"message": "Resource not accessible by integration"}, 403)
        self.server.asked.append(("POST", self.path))
        self.server.comments.append({"id": 1000 + len(self.server.comments), "body": body})
        self.answer({}, 201)

    def do_PATCH(self):
        self.server.asked.append(("PATCH", self.path))
        number = int(self.path.rsplit("/", 1)[1])
        for comment in self.server.comments:
            if comment["id"] == number:
                comment["body"] = self.content()["body"]
        self.answer({})

    def log_message(self, *_):
        pass


class Comment(Case):
    def setUp(self):
        super().setUp()
        self.server = http.server.HTTPServer(("127.0.0.1", 0), FakeGitHub)
        self.server.comments = [{"id": i, "body": f"words {i} <!-- hitbench: a.json -->"} for i in range(150)]
        self.server.asked, self.server.read_only = [], False
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        event = self.folder / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7}}))
        self.environment.update(
            GITHUB_API_URL=f"http://127.0.0.1:{self.server.server_port}", GITHUB_TOKEN="secret",
            GITHUB_REPOSITORY="us/shop", GITHUB_EVENT_PATH=str(event),
        )

    def comment(self, text, key="a.json"):
        report = self.folder / "hitbench.md"
        report.write_text(text)
        command = ["/usr/bin/python3", "-B", str(EXAMPLES / "comment.py"), str(report), key]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_second_report_takes_the_place_of_the_first(self):
        self.comment("one")
        self.comment("two")
        self.comment("other", key="b.json")
        self.assertEqual([c["body"] for c in self.server.comments[150:]], [
            "<!-- hitbench: a.json -->\ntwo", "<!-- hitbench: b.json -->\nother"])
        self.assertEqual(self.server.asked, [
            ("POST", "/repos/us/shop/issues/7/comments"),
            ("PATCH", "/repos/us/shop/issues/comments/1150"),
            ("POST", "/repos/us/shop/issues/7/comments"),
        ])

    def test_what_is_too_long_is_cut(self):
        self.comment("µ" * 70_000)
        self.assertEqual(len(self.server.comments[-1]["body"]), 65_536)
        self.assertTrue(self.server.comments[-1]["body"].endswith("(cut: the artifacts have all of it)\n"))

    def test_a_token_that_may_only_read_is_no_failure(self):
        self.server.read_only = True
        self.assertIn("::warning title=hitbench::no comment: HTTP Error 403", self.comment("one"))


if __name__ == "__main__":
    run_tests()
