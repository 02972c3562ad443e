"""`hitbench trace`, and runs of a recorded trace: `workload.trace`."""
import json
import os
import pathlib

import jsonschema

from cli_case import Case, run_tests

DOCS = pathlib.Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "trace.schema.json").read_text())
RESULT_SCHEMA = json.loads((DOCS / "result.schema.json").read_text())


def nginx(second, path, method="GET", status=200, size=500):
    return f'1.2.3.4 - - [30/Nov/2026:08:00:{second:02} +0000] "{method} {path} HTTP/1.1" {status} {size} "-" "-"\n'


# a read three times, b twice, c is not there; one write of b.
LOG = "".join(
    [nginx(0, "/p/a"), nginx(0, "/p/b", size=700), nginx(1, "/p/a"), nginx(2, "/p/b", "POST", 201, 9),
     nginx(4, "/p/b", size=700), nginx(4, "/favicon.ico"), nginx(5, "/p/c", status=404, size=9), nginx(6, "/p/a"),
     nginx(6, "/p/a", status=500, size=9)]
)


class Traces(Case):
    def log(self, content=LOG, name="access.log"):
        path = self.folder / name
        path.write_text(content)
        return path

    def facts(self, *arguments, **options):
        facts = json.loads(self.run_it("trace", *arguments, "--format", "json", **options).stdout)
        jsonschema.validate(facts, SCHEMA)
        return facts

    def replayed(self, trace, expect=0, **more):
        scenario = {"clock": "virtual", "workload": {"trace": trace}, "app": {"clients": 1},
                    "origin": {"type": "simulated", "latency": "1ms"},
                    "strategies": ["none", {"type": "cache-aside", "ttl": "none"}], **more}
        done = self.run_it("run", self.scenario(scenario), "--format", "json", expect=expect)
        if expect != 0:
            return done.stderr
        result = json.loads(done.stdout)
        jsonschema.validate(result, RESULT_SCHEMA)
        return result["runs"]


class Trace(Traces):
    def test_tells_what_is_in_a_log(self):
        facts = self.facts(self.log())
        self.assertEqual(facts["format"], "nginx")
        self.assertEqual([facts[name] for name in ("requests", "reads", "writes", "keys")], [8, 7, 1, 4])
        self.assertEqual((facts["absent_reads"], facts["repeated_reads"]), (1, 3))
        self.assertEqual(facts["left_out_by_reason"], {"status 500": 1})
        self.assertTrue(facts["has_whole_seconds"])
        self.assertEqual(facts["span_ns"], 6_000_000_000)
        products = self.facts(self.log(), "--key", "^/p/(.)")
        self.assertEqual(products["left_out_by_reason"], {"status 500": 1, "no match for the key": 1})
        self.assertEqual((products["keys"], products["hottest"][0]["key"]), (3, "a"))

    def test_replaces_files_only(self):
        log, fifo, link, other = self.log(), self.folder / "fifo", self.folder / "link.hbt", self.folder / "other.hbt"
        os.mkfifo(fifo)
        other.write_text("old")
        link.symlink_to(other)
        self.assertIn("no regular file", self.run_it("trace", log, "--to", fifo, expect=2).stderr)
        self.assertTrue(fifo.is_fifo())
        self.assertIn("needs a file", self.run_it("trace", log, "--to", "-", expect=2).stderr)
        self.run_it("trace", log, "--to", link)
        self.assertTrue(link.is_symlink())
        self.assertEqual(self.facts(other)["requests"], 8)

    def test_converts_a_compact_one_again(self):
        whole, part, hashed = (self.folder / f"{name}.hbt" for name in ("whole", "part", "hashed"))
        self.run_it("trace", self.log(), "--to", whole)
        self.run_it("trace", whole, "--from", "4s", "--to", part)
        self.assertEqual(self.facts(part)["requests"], 4)
        self.run_it("trace", whole, "--anonymize", "--to", hashed)
        self.assertEqual(self.facts(hashed)["requests"], 8)
        self.assertNotIn(b"/p/a", hashed.read_bytes())

    def test_methods_that_no_request_has_are_refused(self):
        rows = self.log("1,a,get\n2,a,get\n", "rows.csv")
        for option in ("--reads", "--writes"):
            done = self.run_it("trace", rows, "--trace-format", "csv:time=1,key=2,op=3,header=no", option, "GET",
                               expect=2)
            self.assertIn("have no methods", done.stderr)

    def test_no_number_is_no_share(self):
        self.assertIn("--sample nan", self.run_it("trace", self.log(), "--sample", "nan", expect=2).stderr)

    def test_prints_a_page(self):
        printed = self.run_it("trace", self.log()).stdout
        self.assertIn("cacheable  at most 42.9 % of 7 reads can hit", printed)
        self.assertIn("left out  1 request: status 500 (1)", printed)
        self.assertIn("| key ", self.run_it("trace", self.log(), "--format", "markdown").stdout)

    def test_of_its_compact_form_says_the_same(self):
        compact = self.folder / "access.hbt"
        said = self.run_it("trace", self.log(), "--to", compact).stderr
        self.assertIn("8 requests to 4 keys", said)
        before, after = self.facts(self.log()), self.facts(compact)
        self.assertEqual({**before, "file": ""}, {**after, "file": ""})
        self.run_it("trace", self.log(), "--to", self.folder / "anonymous.hbt", "--anonymize")
        hidden = (self.folder / "anonymous.hbt").read_bytes()
        self.assertNotIn(b"/p/", hidden)
        self.assertEqual(self.facts(self.folder / "anonymous.hbt")["repeated_reads"], 3)

    def test_reads_standard_input_and_what_is_compressed(self):
        import gzip

        packed = self.folder / "access.log.gz"
        packed.write_bytes(gzip.compress(LOG[:300].encode()) + gzip.compress(LOG[300:].encode()))
        self.assertEqual(self.facts(packed)["requests"], 8)
        with self.log().open() as log:
            self.assertEqual(self.facts("-", stdin=log)["requests"], 8)
        packed.write_bytes(packed.read_bytes()[:-20])
        self.assertIn("cut off", self.run_it("trace", packed, expect=2).stderr)

    def test_says_what_is_wrong_and_what_to_type(self):
        log = self.log()
        self.assertIn("Did you mean 'nginx'?", self.run_it("trace", log, "--trace-format", "ngnix", expect=2).stderr)
        self.assertIn("would overwrite", self.run_it("trace", log, "--to", log, expect=2).stderr)
        for command in ("trace", "curve"):
            refused = self.run_it(command, log, "--output", log, expect=2).stderr
            self.assertIn("would overwrite the trace", refused)
        self.assertEqual(log.read_text(), LOG)
        self.assertIn("No such file", self.run_it("trace", self.folder / "none", expect=2).stderr)
        self.assertIn("--from: ", self.run_it("trace", log, "--from", "noon", expect=2).stderr)
        self.assertIn("add --to", self.run_it("trace", log, "--anonymize", expect=2).stderr)
        half = self.log(LOG + "\x1b[31mbad\n" * 5)
        refused = self.run_it("trace", half, "--trace-format", "nginx", expect=2).stderr
        self.assertIn("5 lines of 14 lines are malformed", refused)
        self.assertIn("access.log:10: ", refused)
        self.assertNotIn("\x1b", refused)

    def test_lets_no_key_reach_the_terminal_as_it_is(self):
        keys = self.log("k\x1b]0;owned\x07\n" * 3)
        self.assertNotIn("\x1b", self.run_it("trace", keys, "--trace-format", "keys").stdout)


class Replay(Traces):
    def test_measures_the_same_from_a_scenario_that_was_written_down(self):
        self.log()
        written = self.folder / "written.json"
        scenario = {"clock": "virtual", "workload": {"trace": {"file": "access.log"}}, "strategies": ["none"],
                    "origin": {"type": "simulated", "latency": "1ms"}}
        given = self.run_it("run", self.scenario(scenario), "--write-scenario", written) and written
        for path in (self.scenario(scenario), given):
            [row] = json.loads(self.run_it("run", path, "--format", "json").stdout)["runs"]
            self.assertEqual((row["operations"], row["duration_ns"]), (8, 7_000_000_001))

    def test_asks_for_what_the_log_has_when_it_was_due(self):
        self.log()
        none, cached = self.replayed({"file": "access.log", "key": "^/p/(.)"})
        for row in (none, cached):
            self.assertEqual((row["operations"], row["latency"]["read"]["response"]["count"],
                              row["latency"]["write"]["response"]["count"]),
                             (7, 6, 1))
            self.assertEqual(row["duration_ns"], 7_000_000_001)
            self.assertEqual((row["loop"], row["arrivals"].split()[:2]), ("open", ["open,", "recorded"]))
        # a: miss, hit, hit; b: miss, written, miss; c is not there.
        self.assertEqual((cached["reads"]["fresh_hit"], cached["reads"]["miss"]), (2, 4))
        self.assertEqual(cached["origin_load"]["loads"], 4)

    def test_has_the_sizes_of_the_log(self):
        def memory_with(size):
            self.log(nginx(0, "/p/a", size=size) + nginx(1, "/p/b", size=size))
            _, cached = self.replayed({"file": "access.log"})
            self.assertIn("within them at random", json.dumps(cached["validity"]["warnings"]))
            return cached["backend"]["memory_bytes"]

        # Two values; the heap rounds blocks to 16 bytes.
        self.assertAlmostEqual(memory_with(50_000) - memory_with(1_000), 2 * 49_000, delta=32)

    def test_takes_a_part_by_dates_or_from_its_start(self):
        log = self.log()
        for part in (("--from", "2026-11-30T08:00:04Z"), ("--from", "2026-11-30T09:00:04+01:00"), ("--from", "4s")):
            facts = self.facts(log, *part)
            self.assertEqual((facts["requests"], facts["left_out_by_reason"]["before the time asked for"]), (4, 4))
        self.assertEqual(self.facts(log, "--from", "1s", "--until", "4s")["requests"], 2)

    def test_runs_faster_or_as_fast_as_the_clients_answer(self):
        self.log()
        _, ten_times = self.replayed({"file": "access.log", "pace": 10})
        self.assertEqual(ten_times["duration_ns"], 700_000_001)
        none, _ = self.replayed({"file": "access.log", "pace": "closed"})
        self.assertEqual((none["operations"], none["loop"]), (8, "closed"))

    def test_deals_every_request_to_one_process(self):
        self.log("".join(nginx(i % 60, f"/p/{i % 7}") for i in sorted(range(600), key=lambda i: i % 60)))
        rows = self.replayed({"file": "access.log"}, app={"clients": 5, "processes": 3})
        self.assertEqual([row["operations"] for row in rows], [600, 600])

    def test_leaves_fills_to_the_strategy(self):
        lines = ['1.000001 [0 unix:/r] "get" "k"', '1.000002 [0 unix:/r] "set" "k" "v"', '2.5 [0 unix:/r] "get" "k"']
        self.log("\n".join(lines).replace("2.5 ", "2.500000 ") + "\n")
        none, cached = self.replayed({"file": "access.log"})
        self.assertEqual((none["operations"], cached["reads"]["fresh_hit"]), (2, 1))

    def test_keeps_entries_for_as_long_as_the_recording_did(self):
        lines = ['1.000000 [0 unix:/r] "set" "k" "v" "EX" "2"'] + [
            f'{second}00000 [0 unix:/r] "get" "k"' for second in ("1.5", "3.0", "4.0")]
        self.log("\n".join(lines) + "\n")
        _, cached = self.replayed({"file": "access.log"})
        # Loaded at 1.5, there at 3.0, expired at 3.5.
        self.assertEqual((cached["reads"]["fresh_hit"], cached["reads"]["miss"]), (1, 2))
        self.assertEqual(cached["misses"]["expired"], 1)
        printed = self.run_it("run", self.folder / "scenario.json").stdout
        self.assertIn("TTLs as recorded for 1 of 1 key", " ".join(printed.split()))

    def test_runs_the_sample_that_the_trace_command_takes(self):
        log = self.log("".join(nginx(i % 60, f"/p/{i % 200}") for i in sorted(range(1000), key=lambda i: i % 60)))
        taken = self.facts(log, "--sample", "0.25")
        none, _ = self.replayed({"file": "access.log", "sample": 0.25})
        self.assertEqual(none["operations"], taken["requests"])
        self.assertEqual(taken["requests"], 5 * taken["keys"])
        printed = self.run_it("run", self.folder / "scenario.json").stdout
        self.assertIn("25 % of the keys (by hash), cache sizes scaled alike", " ".join(printed.split()))

    def test_says_what_it_was_in_the_report(self):
        self.log()
        scenario = self.scenario({"clock": "virtual", "workload": {"trace": {"file": "access.log", "pace": 2}},
                                  "origin": {"type": "simulated", "latency": "1ms"}})
        printed = self.run_it("run", scenario).stdout
        self.assertIn("access.log (nginx): 8 requests to 4 keys, at 2 times its pace", printed)
        again = self.folder / "again.json"
        self.run_it("run", scenario, "--write-scenario", again)
        self.run_it("check", again)

    def test_refuses_what_contradicts_it(self):
        self.log()
        keys = {"workload": {"trace": {"file": "access.log"}, "keys": "uniform"}}
        self.assertIn('workload.keys: stands beside "trace"', self.run_it("run", self.scenario(keys), expect=2).stderr)
        self.assertIn("must be above 0", self.replayed({"file": "access.log", "pace": 0}, expect=2))
        self.log("a\nb\na\n", "keys.txt")
        self.assertIn('set "pace" to "closed"', self.replayed({"file": "keys.txt"}, expect=2))
        self.assertIn("No such file", self.replayed({"file": "nowhere.log"}, expect=2))


if __name__ == "__main__":
    run_tests()
