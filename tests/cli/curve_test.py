"""`hitbench curve` as a user runs it."""
import json
import re

from cli_case import Case, run_tests


class Curve(Case):
    def trace(self, keys=(0, 1, 0, 2, 0, 1, 3, 0, 1, 2) * 50):
        file = self.folder / "keys.txt"
        file.write_text("".join(f"key-{key}\n" for key in keys))
        return file

    def curve(self, *arguments, **options):
        return self.run_it("curve", self.trace(), "--trace-format", "keys", *arguments, **options)

    def test_answers_first(self):
        printed = self.curve().stdout
        self.assertRegex(printed, r"(?m)^\d+ entries.* reach 90 % of what any size could with lru")
        self.assertIn("Ceiling: 99.2 % with unlimited size", printed)
        self.assertIn("belady", printed)

    def test_prints_json(self):
        curves = json.loads(self.curve("--sizes", "1,2,4", "--policies", "lru,fifo", "--format", "json").stdout)
        self.assertEqual("hitbench.curve/1", curves["schema"])
        self.assertEqual((500, 4), (curves["requests"], curves["keys"]))
        self.assertEqual(["lru", "fifo"], [curve["policy"] for curve in curves["curves"]])
        self.assertEqual([1, 2, 4], [point["size"] for point in curves["curves"][0]["points"]])
        self.assertEqual(496, curves["curves"][0]["points"][2]["hits"])

    def test_prints_every_format(self):
        self.assertIn("</html>", self.curve("--format", "html").stdout)
        self.assertIn("| lru ", self.curve("--format", "markdown").stdout)
        self.assertTrue(self.curve("--format", "csv").stdout.startswith("policy,unit,size,hits,"))
        file = self.folder / "curve.html"
        self.curve("--format", "html", "--output", file)
        self.assertNotRegex(file.read_text(), r"<script|https?://(?!www.w3.org)")

    def test_draws_the_twins_of_servers(self):
        twins = "redis:allkeys-lru,redis:noeviction,memcached:segmented,memcached:flat"
        needs_times = self.curve("--policies", twins, expect=2)
        self.assertIn("--rate 5k", needs_times.stderr)
        curves = json.loads(self.curve("--policies", twins, "--rate", "100", "--sizes", "2,4", "--format",
                                       "json").stdout)
        self.assertEqual(100, curves["twins_rate"])
        for curve in curves["curves"]:
            with self.subTest(policy=curve["policy"]):
                self.assertEqual("twin", curve["method"])
                self.assertEqual(496, curve["points"][1]["hits"])  # there is room for all four keys
                self.assertLess(curve["points"][0]["hits"], 496)
        self.assertIn("get 100 requests/s", self.curve("--policies", twins, "--rate", "100").stdout)
        misspelt = self.curve("--policies", "redis:allkeys-lur", expect=2)
        self.assertIn("Did you mean 'redis:allkeys-lru'?", misspelt.stderr)

    def test_asks_a_program(self):
        program = self.folder / "mine"
        program.write_text("#!/bin/sh\nwhile read key; do printf m; done\n")
        program.chmod(0o700)
        curves = json.loads(self.curve("--policies", f"exec:{program}", "--sizes", "2", "--format", "json").stdout)
        self.assertEqual(0, curves["curves"][0]["points"][0]["hits"])
        refused = self.curve("--policies", f"exec:{program}", "--no-exec", expect=2)
        self.assertIn("is a program to start", refused.stderr)
        program.write_text("#!/bin/sh\nexit 3\n")
        self.assertIn("exit code 3", self.curve("--policies", f"exec:{program}", "--sizes", "2", expect=1).stderr)

    def test_refuses_what_makes_no_sense(self):
        for arguments, why in ((("--policies", "lur"), "Did you mean 'lru'?"),
                               (("--sizes", "1,1MiB"), "entries and bytes"),
                               (("--sizes", "big"), "is no size"), (("--ttl", "soon"), "is no time"),
                               (("--ttl", "60s"), "needs times"), (("--sample-keys", "10"), "too little"),
                               (("--format", "junit"), "cannot be printed"), (("--sizes", "1MiB"), "how large")):
            with self.subTest(arguments=arguments):
                self.assertIn(why, self.curve(*arguments, expect=2).stderr)

    def test_does_not_overwrite_the_trace(self):
        file = self.trace()
        self.run_it("curve", file, "--output", file, expect=2)
        self.assertTrue(re.match("key-0\n", file.read_text()))


if __name__ == "__main__":
    run_tests()
