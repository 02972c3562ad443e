"""Flags in place of a scenario file, over one, and written into one."""
import json
import re

from cli_case import Case, needs, run_tests, with_changes

DEFAULTS = {"--cache": "memory", "--strategy": "cache-aside", "--origin": "simulated", "--keys": "zipf:0.99:100k",
            "--value": "100", "--reads": "1", "--clients": "50", "--ttl": "60s", "--for": "10s"}
OPEN = {"loop": "open", "rate": 500, "process": "constant"}


class Flags(Case):
    def checked(self, *arguments):
        """The scenario that `check` prints, and what it would run."""
        text = self.run_it("check", *arguments).stdout
        document, end = json.JSONDecoder().raw_decode(text, text.index("{"))
        return document, text[end:]

    def refused(self, *arguments):
        run, check = (self.run_it(command, *arguments, expect=2) for command in ("run", "check"))
        self.assertEqual(run.stderr, check.stderr)
        return run.stderr

    def test_the_common_case_needs_no_file(self):
        scenario, plan = self.checked("--cache", "memory", "--strategy", "cache-aside,write-around", "--keys",
                                      "zipf:1.2:20k", "--value", "2KiB", "--reads", "0.9", "--rate", "8k", "--ttl",
                                      "1h", "--origin", "5ms", "--for", "10s", "--clients", "7")
        self.assertEqual([strategy["type"] for strategy in scenario["strategies"]],
                         ["none", "cache-aside", "write-around"])
        self.assertEqual([strategy.get("ttl") for strategy in scenario["strategies"]], [None, "1h", "1h"])
        workload = scenario["workload"]
        self.assertEqual(workload["keys"], {"distribution": "zipf", "count": 20000, "theta": 1.2})
        self.assertEqual(workload["value_bytes"]["bytes"], 2048)
        self.assertEqual((workload["mix"]["read"], workload["mix"]["write"]), (0.9, 0.1))
        self.assertEqual((workload["arrivals"]["loop"], workload["arrivals"]["rate"]), ("open", 8000))
        self.assertEqual(scenario["origin"]["latency"], {"distribution": "fixed", "value": "5ms"})
        self.assertEqual((scenario["measure"]["duration"], scenario["app"]["clients"]), ("10s", 7))
        self.assertIn("write-around/memory", plan)

    def test_it_runs(self):
        done = self.run_it("run", "--origin", "1ms", "--keys", "100", "--for", "100ms", "--clients", "4", "--clock",
                           "virtual", "--threshold", "cache-aside/memory:hit_ratio>0.5", "--format", "json")
        self.assertEqual([run["name"] for run in json.loads(done.stdout)["runs"]],
                         ["none/none", "cache-aside/memory"])

    @needs("redis")
    @needs("memcached")
    def test_a_list_may_be_in_one_word_or_in_several(self):
        whole, _ = self.checked("--cache", "redis,memcached")
        self.assertEqual(whole, self.checked("--cache", "redis", "--cache", "memcached")[0])
        self.assertEqual([cache["type"] for cache in whole["caches"]], ["redis", "memcached"])

    @needs("redis")
    def test_an_address_is_a_cache_that_was_typed(self):
        self.environment["REDISCLI_AUTH"] = "secret"
        address = "redis://192.0.2.1:6379/0"  # RFC 5737: nobody's
        scenario, plan = self.checked("--no-exec", "--cache", f"memory,{address}")
        self.assertEqual(scenario["caches"][1]["address"], address)
        self.assertIn(f"to {address}", plan)

    def test_what_the_help_calls_a_default_is_one(self):
        nothing, plan = self.checked("--for", "10s")
        listed = self.run_it("run", "--help").stdout
        for name, word in DEFAULTS.items():
            # NAME=DEFAULT, or NAME [DEFAULT]: as CLI11 has it.
            self.assertRegex(listed, rf"(?m)^  {name} (\S+={re.escape(word)}|\S+ \[{re.escape(word)}\])\s")
            self.assertEqual(self.checked(name, word), (nothing, plan), name)

    def test_the_help_has_groups(self):
        groups = re.findall(r"(?m)^(\S.*):$", self.run_it("run", "--help").stdout)
        self.assertEqual(groups[1:], ["Options", "Scenario", "Changes of the scenario", "Reports", "Judging"])

    def test_the_baseline_is_added_only_where_there_is_something_to_compare(self):
        for given, names in (("direct", ["direct"]), ("none", ["none"]), ("cache-aside,none", ["cache-aside", "none"]),
                             ("direct,cache-aside", ["none", "direct", "cache-aside"])):
            scenario, _ = self.checked("--strategy", given)
            self.assertEqual([strategy["type"] for strategy in scenario["strategies"]], names)
        scenario, _ = self.checked(self.scenario(with_changes()), "--strategy", "write-through")
        self.assertEqual([strategy["type"] for strategy in scenario["strategies"]], ["write-through"])

    def test_a_flag_changes_one_field_of_a_file(self):
        path = self.scenario(with_changes(workload={"arrivals": OPEN, "keys": "uniform"}, strategies=[
            "none", {"type": "cache-aside", "guard": "single-flight"}], origin={"type": "simulated", "concurrency": 3}))
        before, _ = self.checked(path)
        flags = ("--rate", "0.5", "--keys", "7k", "--origin", "2ms", "--ttl", "none", "--for", "3s")
        after, _ = self.checked(path, *flags)
        before["workload"]["arrivals"]["rate"] = 0.5
        before["workload"]["keys"]["count"] = 7000
        before["origin"]["latency"] = {"distribution": "fixed", "value": "2ms"}
        before["strategies"][1]["ttl"] = "none"
        before["measure"] = {"duration": "3s", "operations": None}
        self.assertEqual(after, before)

    def test_set_comes_last(self):
        self.assertEqual(self.checked("--set", "app.clients=3", "--clients", "5")[0]["app"]["clients"], 3)
        scenario, _ = self.checked("--keys", "zipf:1:9", "--set", "workload.keys.theta=2", "--seed", "4")
        self.assertEqual((scenario["workload"]["keys"]["theta"], scenario["workload"]["keys"]["count"]), (2, 9))
        self.assertEqual(scenario["seed"], 4)
        self.assertIn("(--set app.clients=0)", self.refused("--clients", "5", "--set", "app.clients=0"))

    def test_without_flags_it_is_the_quickstart(self):
        quickstart, _ = self.checked("--seed", "1")
        self.assertIn("which cache", quickstart["question"])
        self.assertEqual(self.checked("--for", "10s")[0]["question"], "")

    def test_keys_of_every_distribution(self):
        for word, wanted in (("5k", {"distribution": "zipf", "count": 5000}), ("uniform", {"distribution": "uniform"}),
                             ("uniform:9", {"count": 9}), ("zipf:300", {"theta": 0.99, "count": 300}),
                             ("hotspot:5:0.7:100", {"hot_keys": 5, "hot_share": 0.7, "count": 100}),
                             ("hotspot:5:100", {"hot_keys": 5, "count": 100})):
            keys = self.checked("--keys", word)[0]["workload"]["keys"]
            self.assertEqual(keys, keys | wanted, word)

    def test_what_is_wrong_is_named_with_what_to_type(self):
        for words, says in (
                ("--cache rediss", "command line: caches[0] (--cache rediss): unknown cache \"rediss\". Did you mean"),
                ("--strategy cache-asid", "unknown strategy \"cache-asid\". Did you mean 'cache-aside'?"),
                ("--strategy cache-asid --ttl 5s", "(--strategy cache-asid): unknown strategy"),
                ("--keys zpf:1:9", "(--keys zpf:1:9): unknown keys \"zpf\". Did you mean 'zipf'?"),
                ("--keys zipf:0.99", "--keys zipf:0.99: \"0.99\" is no number of keys\n  try: write zipf:theta:count"),
                ("--keys uniform:1:2", "--keys uniform:1:2: too many parameters\n  try: write uniform:count"),
                ("--keys zipf:0:9", "workload.keys.theta (--keys zipf:0:9): must be above 0"),
                ("--value big", "(--value big): unknown values \"big\""),
                ("--reads 90", "--reads 90: must be a share from 0 to 1\n  try: for example --reads 0.9"),
                ("--reads most", "--reads most: must be a share"),
                ("--rate fast", "workload.arrivals.rate (--rate fast): must be a number"),
                ("--ttl 5", "ttl (--ttl 5): must be a duration with a unit"),
                ("--ttl 5s --strategy none", "--ttl 5s: no strategy here has the field ttl\n  try: leave it out"),
                ("--origin sqlit", "(--origin sqlit): unknown origin \"sqlit\". Did you mean 'sqlite'?"),
                ("--origin 5", "origin.latency.value (--origin 5): must be a duration"),
                ("--for ever", "measure.duration (--for ever): must be a duration"),
                ("--clients 0", "app.clients (--clients 0): must be at least 1")):
            self.assertIn(says, self.refused(*words.split()), words)
        done = self.run_it("run", "--clinets", "5", expect=2)
        self.assertIn("there is no option --clinets. Did you mean '--clients'?", done.stderr)

    def test_a_flag_given_twice_is_refused(self):
        done = self.run_it("run", "--ttl", "5s", "--ttl", "6s", expect=2)
        self.assertIn("--ttl: At Most 1 required but received 2\n  try: `hitbench run --help`", done.stderr)


class Written(Case):
    """--write-scenario."""

    def plan_of(self, *arguments):
        return self.run_it("check", *arguments).stdout.split(": valid\n")[1]

    def test_it_makes_the_same_plan_and_runs_nothing(self):
        flags = ("--origin", "5ms", "--rate", "50", "--ttl", "1h", "--reads", "0.8", "--set", "app.processes=2")
        path = self.folder / "mine.json"
        self.assertEqual(self.run_it("run", *flags, "--write-scenario", path, timeout=5).stdout, "")
        self.assertEqual(self.plan_of(path), self.plan_of(*flags))
        self.assertEqual(json.loads(self.run_it("run", *flags, "--write-scenario", "-").stdout),
                         json.loads(path.read_text()))

    def test_thresholds_and_sweeps_are_kept(self):
        source = self.scenario(with_changes(sweep={"app.clients": [1, 2]}, thresholds=["hit_ratio>0"]))
        path = self.folder / "mine.json"
        self.run_it("run", source, "--threshold", "cache-aside/memory?app.clients=2:failed_share<1%", "--ttl", "9s",
                    "--write-scenario", path)
        written = json.loads(path.read_text())
        self.assertEqual(len(written["thresholds"]), 2)
        del written["thresholds"][1]
        again = self.scenario(written, "again.json")
        self.assertEqual(self.plan_of(again), self.plan_of(source, "--ttl", "9s"))

    def test_it_overwrites_no_file_that_the_scenario_reads(self):
        keys = self.folder / "keys.txt"
        keys.write_text("one\ntwo\n")
        done = self.run_it("run", "--clock", "virtual", "--keys", f"trace:{keys}", "--write-scenario", keys, expect=2)
        self.assertIn("would overwrite", done.stderr)
        self.assertEqual(keys.read_text(), "one\ntwo\n")

    def test_its_files_are_found_from_anywhere(self):
        here, there = self.folder / "here", self.folder / "there"
        for folder in (here, there):
            folder.mkdir()
        (here / "keys.txt").write_text("a\nb\n")
        self.run_it("run", "--keys", "trace:keys.txt", "--write-scenario", there / "s.json", cwd=here)
        self.assertIn(f'"{here}/keys.txt"', self.run_it("check", there / "s.json", cwd="/").stdout)
        swept = with_changes(workload={"keys": {"distribution": "trace", "file": "x"}},
                             sweep={"workload.keys.file": ["keys.txt"]})
        source = self.scenario(swept, "here/s.json")
        done = self.run_it("run", source, "--write-scenario", there / "t.json", expect=2)
        self.assertIn("the sweep names files relative to another folder", done.stderr)
        self.run_it("run", source, "--write-scenario", here / "t.json")

    def test_what_it_reads_is_not_overwritten(self):
        source = self.scenario(with_changes())
        before = (self.folder / "scenario.json").read_text()
        done = self.run_it("run", source, "--write-scenario", source, expect=2)
        self.assertIn(f"would overwrite {source}, which this command reads", done.stderr)
        self.assertEqual((self.folder / "scenario.json").read_text(), before)

    def test_what_cannot_run_is_not_written(self):
        path = self.folder / "mine.json"
        for wrong in (("--clients", "0"), ("--threshold", "hit_ratoi>0")):
            self.run_it("run", "--for", "1s", *wrong, "--write-scenario", path, expect=2)
        self.assertFalse(path.exists())


if __name__ == "__main__":
    run_tests()
