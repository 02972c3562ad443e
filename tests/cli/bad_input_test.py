"""Bad input: refused with exit 2, with the place and what to type instead."""
from cli_case import SMALL, Case, run_tests, with_changes


class BadInput(Case):
    def refused(self, scenario, *words):
        done = self.run_it("run", self.scenario(scenario), expect=2)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_malformed_json_names_line_and_column(self):
        self.refused('{\n  "seed": ,\n}', "line 2", "column")

    def test_an_unknown_key_names_its_path_and_the_nearest(self):
        self.refused(with_changes(workload={"keys": {"cuont": 5}}), "workload.keys.cuont", "count")

    def test_a_misspelt_cache_names_the_nearest(self):
        self.refused(with_changes(caches=["memcachd"]), "memcachd", "memcached")

    def test_an_address_that_is_none(self):
        scenario = with_changes(caches=["memory", {"type": "memcached", "address": "127.0.0.1:7778"}])
        self.refused(scenario, 'address "127.0.0.1:7778"', "write memcached://127.0.0.1:11211")
        run, check = (self.run_it(command, self.scenario(scenario), expect=2) for command in ("run", "check"))
        self.assertEqual(check.stderr, run.stderr)

    def test_wrong_types_and_ranges(self):
        self.refused(with_changes(app={"clients": 0}), "app.clients")
        self.refused(with_changes(app={"clients": "many"}), "app.clients")
        self.refused(with_changes(rounds=5, measure={"duration": "4us"}), "measure.duration", "5 rounds")
        self.refused(with_changes(strategies=[{"type": "cache-aside", "ttl": "-5s"}]), "ttl")
        self.refused(with_changes(workload={"keys": {"distribution": "zipf", "theta": 0}}), "theta")
        self.refused(with_changes(workload={"mix": {"read": 0.5, "write": 0.2}}), "workload.mix", "0.7")

    def test_a_list_of_sizes_names_what_is_wrong_with_it(self):
        def values(sizes):
            return with_changes(workload={"value_bytes": {"distribution": "list", "sizes": sizes}})

        self.refused(values("100:90"), "workload.value_bytes.sizes", '{"100": 90, "2KiB": 10}')
        self.refused(values({"100": 0}), "workload.value_bytes.sizes.100", "above 0")
        self.refused(values({"17MB": 1}), "workload.value_bytes.sizes.17MB", "at most 16000000")

    def test_a_share_of_the_keys_to_load_first_is_a_number_up_to_one(self):
        self.refused(with_changes(warmup={"preload": 80}), "warmup.preload", "at most 1")
        self.refused(with_changes(warmup={"preload": "most"}), "warmup.preload", "0.8")

    def test_keys_of_writes_are_those_of_reads(self):
        def writes(**keys):
            return with_changes(workload={"keys": {"count": 500}, "mix": {"write": 1}, "write_keys": keys})

        self.refused(writes(distribution="uniform", count=400), "workload.write_keys.count", "leave it out")
        self.refused(writes(distribution="trace", file="x"), "workload.write_keys", "own keys")
        self.refused(writes(distribution="hotspot", hot_keys=501), "workload.write_keys.hot_keys", "501")

    def test_keys_of_writes_that_nobody_writes(self):
        scenario = with_changes(workload={"write_keys": "uniform"})
        self.refused(scenario, "workload.write_keys", "leave write_keys out")
        self.assertIn("workload.write_keys", self.run_it("check", self.scenario(scenario), expect=2).stderr)

    def test_a_bell_curve_lies_over_the_keys(self):
        for field in ("mean", "stddev"):
            keys = {"distribution": "normal", "count": 500, field: 501}
            self.refused(with_changes(workload={"keys": keys}), "workload.keys." + field, "at most")

    def test_what_comes_later_is_refused_and_never_ignored(self):
        lease = {"type": "cache-aside", "guard": {"type": "lease"}}
        for changes in ({"strategies": [lease]}, {"strategies": ["two-level"]}):
            self.refused(with_changes(**changes), "not available yet")

    def test_a_directory_and_a_missing_file(self):
        self.run_it("run", self.folder, expect=2)
        self.run_it("run", self.folder / "no-such.json", expect=2)

    def test_commands_options_and_formats_are_suggested(self):
        self.assertIn("'run'", self.run_it("rum", expect=2).stderr)
        self.assertIn("--format", self.run_it("run", "--fromat", "json", expect=2).stderr)
        self.assertIn("json", self.run_it("run", self.scenario(SMALL), "--format", "jsn", expect=2).stderr)
        self.assertIn("seed", self.run_it("run", self.scenario(SMALL), "--set", "sede=3", expect=2).stderr)

    def test_an_argument_too_many_is_named(self):
        scenario = self.scenario(SMALL)
        for arguments in (("run", "--seed", "7", scenario, "foo"), ("list", "caches", "foo"),
                          ("report", scenario, scenario, "--format=csv", "foo", "bar"),
                          ("compare", scenario, scenario, "foo"),
                          ("gate", scenario, "foo", "--aa")):
            done = self.run_it(*arguments, expect=2)
            all_of_them = "arguments 'foo', 'bar'" if "bar" in arguments else "argument 'foo'"
            self.assertIn("unexpected " + all_of_them, done.stderr)
            self.assertIn(f"`hitbench {arguments[0]} --help`", done.stderr)

    def test_counts_take_units_in_fields_and_flags(self):
        arrivals = 'workload.arrivals={"loop":"open","rate":"2k"}'
        done = self.run_it("check", self.scenario(SMALL), "--set", arrivals, "--seed", "1k")
        self.assertIn('"rate": 2000', done.stdout)
        self.assertIn('"seed": 1000', done.stdout)
        refused = self.run_it("gate", self.scenario(SMALL), "--pairs", "5k", expect=2)
        self.assertIn("--pairs 5000: must be", refused.stderr)

    def test_a_field_set_to_null_leaves_the_other_alone(self):
        changes = ("--set", "measure.duration=20s", "--set", "measure.operations=null")
        self.assertIn("20s in 2 rounds", self.run_it("check", self.scenario(SMALL), *changes).stdout)

    def test_a_scenario_may_follow_the_options(self):
        scenario = self.scenario(with_changes(clock="virtual"))
        set_twice = ("--set", "seed=2", "--set", "app.clients=2", scenario)
        self.assertIn('"seed": 2', self.run_it("check", *set_twice).stdout)
        self.run_it("run", "--threshold", "hit_ratio>0", "--export", f"csv={self.folder}/a", *set_twice)
        self.run_it("gate", "--candidate", "seed=2", "--base", "seed=3", "--metric", "hit_ratio=99%", scenario)

    def test_a_mistyped_metric_is_an_error_before_anything_runs(self):
        done = self.run_it("run", self.scenario(SMALL), "--threshold", "read.response.q99<5ms", expect=2)
        self.assertIn("read.response.p9", done.stderr)
        self.refused(with_changes(answer="{cache-aside/memory.read.q50}"), "p50")

    def test_two_rows_of_one_name(self):
        self.refused(with_changes(caches=["memory", {"type": "memory", "entries": 5}]), "memory", "name")


if __name__ == "__main__":
    run_tests()
