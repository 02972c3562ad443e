"""Scenarios, results and command lines from anybody: what they may start, show and cost."""
import json
import os

from cli_case import Case, needs, run_tests, with_changes

QUICK = {"measure": {"operations": 200}, "warmup": {"operations": 50}, "rounds": 1}
RESULT = {"schema": "hitbench.result/1", "scenario": {}, "environment": {}, "runs": []}
CONTROL = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u2066\x7f"


class Programs(Case):
    def setUp(self):
        super().setUp()
        self.program = self.folder / "evil.sh"
        self.program.write_text(f'#!/bin/sh\ntouch "{self.folder}/started"\n')
        self.program.chmod(0o755)

    def scenario_with(self, *caches):
        return self.scenario(with_changes(caches=list(caches), strategies=["cache-aside"], **QUICK))

    def check_refused(self, scenario, *words):
        for command in (["run"], ["check"], ["run", "--find-max", "hit_ratio>0"], ["gate", "--candidate=seed=2"]):
            done = self.run_it(command[0], scenario, *command[1:], "--no-exec", expect=2)
            for word in (*words, "--no-exec"):
                self.assertIn(word, done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertFalse((self.folder / "started").exists())

    @needs("redis")
    def test_a_program_that_a_scenario_names_is_listed_and_refused(self):
        scenario = self.scenario_with({"type": "redis", "server": str(self.program), "args": ["--loud", "yes"]})
        listed = self.run_it("check", scenario).stdout
        self.assertIn(f"starts    {self.program} (redis) with --loud yes, as the scenario says\n", listed)
        self.assertFalse((self.folder / "started").exists())
        self.check_refused(scenario, "server", str(self.program))
        self.run_it("run", scenario, expect=1)
        self.assertTrue((self.folder / "started").exists())

    @needs("memcached")
    def test_arguments_for_a_program_are_refused_too(self):
        scenario = self.scenario_with({"type": "memcached", "args": ["-t", "1"]})
        self.assertIn("starts    memcached (memcached) with -t 1, as the scenario says\n",
                      self.run_it("check", scenario).stdout)
        self.check_refused(scenario, "args", "memcached")

    @needs("redis")
    def test_what_a_scenario_leaves_to_us_is_listed_and_runs(self):
        scenario = self.scenario_with("memory", "redis")
        self.assertRegex(self.run_it("check", scenario, "--no-exec").stdout, r"(?m)^starts    redis-server \(redis\)$")
        self.run_it("run", scenario, "--no-exec")
        cpu = min(os.sched_getaffinity(0))
        pinned = self.scenario_with({"type": "redis", "pin": str(cpu)})
        listed = self.run_it("check", pinned, "--no-exec").stdout
        self.assertIn(f"starts    redis-server (redis) on CPU {cpu}\n", listed)
        self.assertNotIn("starts", self.run_it("check", self.scenario_with("memory")).stdout)
        own = {"type": "redis", "address": "redis://127.0.0.1:1/0"}
        self.assertNotIn("starts", self.run_it("check", self.scenario_with(own)).stdout)

    @needs("redis")
    def test_a_password_that_a_scenario_sends_is_listed_and_refused(self):
        (self.folder / "secret").write_text("secret\n")
        address = "redis://192.0.2.1:6379/0"  # RFC 5737: nobody's
        with_file = {"type": "redis", "address": "redis://127.0.0.1:1/0", "password_file": "secret"}
        scenario = self.scenario_with(with_file)
        line = f"sends     the password in {self.folder}/secret to redis://127.0.0.1:1/0 (redis)\n"
        self.assertIn(line, self.run_it("check", scenario).stdout)
        self.check_refused(scenario, "redis://127.0.0.1:1/0", "secret")

        scenario = self.scenario_with({"type": "redis", "address": address})
        self.assertNotIn("sends", self.run_it("check", scenario, "--no-exec").stdout)
        self.environment["REDISCLI_AUTH"] = "secret"
        self.assertIn(f"sends     the password in REDISCLI_AUTH to {address} (redis)\n",
                      self.run_it("check", scenario).stdout)
        self.check_refused(scenario, address, "REDISCLI_AUTH")
        for typed in (address, "redis://127.0.0.1:1/0", "redis+unix:///no/such.sock"):
            self.run_it("check", scenario, "--no-exec", "--set", f"caches.0.address={typed}")
        local = self.scenario_with({"type": "redis", "address": "redis://localhost:1/0"})
        self.run_it("check", local, "--no-exec")


class Words(Case):
    def check_clean(self, text):
        for character in CONTROL:
            if not character.isprintable() or character in "\u202e\u2066":
                self.assertNotIn(character, text)

    def test_nothing_that_a_terminal_obeys_is_printed(self):
        # JSON is data; what prints it escapes control characters.
        row = {"name": CONTROL + "/memory", "skipped": CONTROL, "strategy": CONTROL, "cache": "c"}
        result = self.scenario({**RESULT, "question": CONTROL, "runs": [row], "thresholds": [CONTROL]}, "r.json")
        for form in ("table", "csv", "markdown", "junit", "github", "hgrm", "hlog"):
            done = self.run_it("report", result, "--format", form)
            self.check_clean(done.stdout + done.stderr)
        self.assertIn("\\u202egnp.exe", self.run_it("report", result, "--format", "csv").stdout)
        for arguments in (["run", CONTROL], [CONTROL], ["run", "--set", f"{CONTROL}=1"], ["run", f"--{CONTROL}"],
                          ["list", CONTROL], ["report", result, "--threshold", CONTROL]):
            self.check_clean(self.run_it(*arguments, expect=2).stderr)
        scenario = self.scenario(with_changes(question=CONTROL, clock="virtual", **QUICK))
        self.check_clean(self.run_it("check", scenario).stdout)
        self.check_clean(self.run_it("run", scenario).stdout)
        self.check_clean(self.run_it("run", self.scenario({CONTROL: 1}, "key.json"), expect=2).stderr)

    def test_passwords_in_addresses_are_not_repeated(self):
        secret = "hunter2"
        plain = self.scenario(with_changes(), "plain.json")
        for address in (f"redis://127.0.0.1:6379/0?password={secret}", f"rediss://:{secret}@127.0.0.1:6379",
                        f"redis://user:{secret}@127.0.0.1/0", f"memcached://127.0.0.1?password={secret}",
                        f"memcached://u:{secret}@127.0.0.1"):
            for cache in (address, {"type": address.split(":")[0].replace("ss", "s"), "address": address}):
                for arguments in (["run", self.scenario(with_changes(caches=[cache]))],
                                  ["check", plain, "--set", f"caches=[{json.dumps(cache)}]"],
                                  ["run", plain, "--set", f"caches.0={json.dumps(cache)}"]):
                    done = self.run_it(*arguments, expect=2)
                    self.assertNotIn(secret, done.stdout + done.stderr)


class Sizes(Case):
    """Each of them took minutes, gigabytes or the stack."""

    def refused(self, scenario, *words):
        done = self.run_it("check", self.scenario(scenario), expect=2)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertLess(len(done.stderr), 20_000)

    def test_a_report_of_half_a_megabyte_is_wrapped_at_once(self):
        for text, forms in (("x" * 500_000, ["table"]), ("wörter " * 20_000, ["table", "csv", "markdown", "junit"])):
            saved = self.scenario({**RESULT, "question": text, "runs": [{"name": text, "skipped": text}]}, "r.json")
            for form in forms:
                self.run_it("report", saved, "--format", form)
        self.run_it("report", saved, "--threshold", "x" * 100_000, expect=2)

    def test_texts_names_and_lists_have_a_longest(self):
        self.refused(with_changes(question="x" * 2_000_000), "question", "at most 10000 bytes")
        self.refused(with_changes(thresholds=["hit_ratio>0"] * 1001), "thresholds", "at most 1000")
        self.refused(with_changes(caches=[{"type": "memory", "name": "x" * 101}]), "at most 100 characters")
        self.refused(with_changes(claims=[{"says": "x", "holds_if": "1<2"}] * 1001), "claims", "at most 1000")

    def test_more_rows_than_anybody_waits_for_are_refused_before_they_are_made(self):
        values = list(range(1, 1001))
        million = {"app.clients": values, "seed": values}
        self.refused(with_changes(sweep=million), "sweep", "more than 1000 points")
        many = [{"type": "memory", "name": f"m{i}"} for i in range(100)]
        self.refused(with_changes(caches=many, sweep={"seed": values}), "more than 10000 rows")
        self.refused(with_changes(caches=many + ["memory"]), "caches", "at most 100 entries")
        self.refused(with_changes(sweep={"workload.keys": [{"x": "y" * 10_000}]}), "sweep", "at most 10000 bytes")

    def test_a_metric_of_20000_characters(self):
        for metric in ("x" * 20_000, "read." + "p" * 20_000 + ".p99", "x.p9" * 5_000, "9" * 20_000):
            self.refused(with_changes(thresholds=["hit_ratio" + metric[:9_000] + "<1"]), "there is no metric")
            self.run_it("run", self.scenario(with_changes()), "--threshold", metric + "<5ms", expect=2)
            self.run_it("run", self.scenario(with_changes()), "--find-max", metric + "<5ms", expect=2)
            saved = self.scenario(RESULT, "r.json")
            self.run_it("compare", saved, saved, "--metric", metric, expect=2)

    def test_an_expression_has_only_so_many_terms(self):
        term = "none/none.read.mean"
        self.refused(with_changes(answer="{" + "+".join(["1"] * 4_000) + "}"), "more than 500 terms")
        self.refused(with_changes(answer="{" + "(" * 4_000 + term + "}"), "nested too deeply")
        self.refused(with_changes(answer="{" + "-" * 4_000 + term + "}"), "nested too deeply")
        terms = "+".join(["1"] * 200_000)
        saved = self.scenario({**RESULT, "answer": "{" + terms + "}", "runs": [{"name": "a/b"}]}, "r.json")
        self.run_it("report", saved, expect=None)

    def test_json_has_only_so_many_levels(self):
        for content in ("[" * 100_000, '{"scenario":' * 100_000, json.dumps(RESULT)[:-1] + ',"x":' + "[" * 9_000):
            path = self.scenario(content, "deep.json")
            long = "app=" + content[:100_000]
            for command in (["run", path], ["report", path], ["compare", path, path], ["run", "--set", long]):
                self.run_it(*command, expect=2)

    def test_results_whose_parts_are_of_another_kind(self):
        good = self.scenario(RESULT, "good.json")
        for name in ("scenario", "environment", "runs"):
            for value in (None, 5, "text", [1]):
                if name == "runs" and value == [1]:
                    continue
                bad = self.scenario({**RESULT, name: value}, "bad.json")
                for pair in ((bad, good), (good, bad), (bad, bad)):
                    self.assertIn(name, self.run_it("compare", *pair, expect=2).stderr)
                self.assertIn(name, self.run_it("report", bad, expect=2).stderr)

    def test_files_that_never_end(self):
        self.run_it("run", "/dev/zero", expect=2)
        latency = {"distribution": "empirical", "file": "/dev/zero"}
        scenario = with_changes(origin={"type": "simulated", "latency": latency}, **QUICK)
        self.refused(scenario, "/dev/zero:1", "64 KiB")


if __name__ == "__main__":
    run_tests()
