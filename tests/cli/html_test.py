"""The HTML page of a run: well-formed, with the figures of the JSON that is in it, and quiet in a browser."""
import base64
import gzip
import html.parser
import json
import re
import shutil
import struct
import subprocess
import unittest

from cli_case import Case, run_tests, with_changes

CHROMIUM = shutil.which("chromium")

# What has a chart: seconds, a fault, expiries, stale reads, costs.
FULL = with_changes(
    question="Does <b>bold</b> & \"quoted\" text stay text?",
    clock="virtual",
    rounds=1,
    workload={"keys": {"distribution": "zipf", "count": 500}, "mix": {"read": 0.95, "write": 0.05},
              "arrivals": {"loop": "open", "rate": 2000}},
    app={"clients": 50, "connections": 50},
    measure={"duration": "6s"},
    caches=[{"type": "memory", "name": "remote", "shared": True, "latency": "75us"}],
    strategies=["none", {"type": "cache-aside", "ttl": "1s"},
                {"type": "cache-aside", "name": "around", "ttl": "1s", "on_write": "around"}],
    faults=[{"at": "2s", "target": "cache", "action": "kill", "for": "1s"}],
)
ROUNDS = {**FULL, "rounds": 4, "faults": []}
VOID = {"meta", "br", "hr", "img", "input", "link"}
UNITS = {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9, "min": 60e9}


class Page(html.parser.HTMLParser):
    """Refuses what is not closed in its order, and collects what is checked."""

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses, self.headings, self.tables = [], [], [], {}
        self.rows, self.ids, self.tags = None, [], set()
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.note(tag, dict(attributes))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.note(tag, dict(attributes))

    def note(self, tag, attributes):
        self.tags.add(tag)
        self.addresses += [attributes[name] for name in ("src", "href", "action", "data") if name in attributes]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "div" and attributes.get("class") == "scroll":
            self.rows = self.tables.setdefault(attributes["aria-label"], [])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        last = self.open.pop()
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data

    def table(self, start):
        """The rows of the table with this name as dictionaries."""
        head, *rows = next(rows for name, rows in self.tables.items() if name.startswith(start))
        return [dict(zip(head, row)) for row in rows]


def embedded(text):
    packed = re.search(r'download="[\w-]+\.json\.gz" href="data:application/gzip;base64,([^"]+)"', text)[1]
    return gzip.decompress(base64.b64decode(packed)).decode()


class PageCase(Case):
    def page_of(self, scenario=FULL, *arguments):
        page, saved = self.folder / "page.html", self.folder / "result.json"
        self.run_it("run", self.scenario(scenario), "--format=html", "--output", page, "--export", f"json={saved}",
                    *arguments)
        return page.read_text(), json.loads(saved.read_text())


class Html(PageCase):
    def same_time(self, shown, ns):
        if ns is None:
            self.assertEqual(shown, "-")
            return
        number, unit = shown.lstrip("~").split()
        self.assertAlmostEqual(float(number) * UNITS[unit] / max(ns, 1), 1, delta=0.006, msg=f"{shown} is {ns} ns")

    def same_count(self, shown, count):
        self.assertEqual(shown, f"{count:,}")

    def test_is_well_formed_and_asks_for_nothing(self):
        text, _ = self.page_of()
        page = Page(text)
        self.assertEqual(page.headings[0], 1)
        self.assertEqual(page.headings.count(1), 1)
        self.assertFalse(page.tags & {"script", "link", "img", "iframe"})
        self.assertTrue(all(address.startswith("data:application/gzip") for address in page.addresses))
        self.assertEqual(page.ids, ["latency", "time", "heat", "reads", "misses", "freshness", "cost", "method"])
        self.assertNotIn("<b>bold", text)
        self.assertIn("<h1>Does &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; text stay text?</h1>", text)
        self.assertIn("cache: kill", text)
        self.assertLess(len(text), 250_000)

    def test_holds_the_result_and_the_command(self):
        text, result = self.page_of(FULL, "--set", "seed=7")
        self.assertEqual(json.loads(embedded(text)), result)
        self.assertRegex(result["environment"]["command"], r"^hitbench run \S+scenario.json --format=html .* seed=7$")
        self.assertIn(result["environment"]["command"], text)
        again = self.run_it("report", self.folder / "result.json", "--format", "html").stdout
        self.assertEqual(again, text)
        del result["environment"]["command"]  # of an older hitbench
        older = self.scenario(result, "older.json")
        self.assertNotIn("The command:", self.run_it("report", older, "--format", "html").stdout)

    def test_its_figures_are_those_of_the_json(self):
        text, result = self.page_of()
        page, runs = Page(text), {run["name"]: run for run in result["runs"]}
        for row in page.table("Read response"):
            response = runs[row["row"]]["latency"]["read"]["response"]
            for name in ("p50", "p95", "p99"):
                self.same_time(row[name], response[f"{name}_ns"])
        for row in page.table("Latency by percentile"):
            loaded = runs[row["row"]]["loaded"]
            if row["reads"] == "misses":
                self.same_count(row["timed"], loaded["count"])
                self.same_time(row["p50"], loaded["p50_ns"])
            else:
                all_reads = runs[row["row"]]["latency"]["read"]["response"]["count"]
                self.same_count(row["timed"], all_reads - loaded["count"])
        for row in page.table("Where reads went"):
            self.same_count(row["fresh hit"], runs[row["row"]]["reads"]["fresh_hit"])
            self.same_count(row["miss"], runs[row["row"]]["reads"]["miss"])
        for row in page.table("Misses by cause"):
            self.same_count(row["expired"], runs[row["row"]]["misses"]["expired"])
        for row in page.table("Freshness"):
            self.same_count(row["stale reads"], runs[row["row"]]["consistency"]["stale_reads"])
        for name, run in runs.items():
            shown = sum(int(row["reads"].replace(",", "")) for row in page.table("Latency over time")
                        if row["row"] == name)
            drawn = len(run["latency_map"]["highest_ns"]) > 1  # where all took as long, there is nothing to see
            self.assertEqual(shown, run["latency"]["read"]["response"]["count"] if drawn else 0)
        seconds = page.table("Over time")
        self.assertEqual(len(seconds), sum(len(run["series"]) for run in runs.values()))
        for row in seconds:
            second = runs[row["row"]]["series"][int(row["from second"])]
            self.same_count(row["operations"], second["operations"])
            self.same_time(row["read p99"], second["read_p99_ns"])

    def test_rounds_stand_with_the_whole_run(self):
        text, result = self.page_of(ROUNDS)
        runs = {run["name"]: run for run in result["runs"]}
        rows = [row for row in Page(text).table("Round by round") if row["metric"] == "read.response.mean"]
        self.assertEqual([row["row"] for row in rows], list(runs))
        for row in rows:
            self.same_time(row["whole run"], runs[row["row"]]["latency"]["read"]["response"]["mean_ns"])
            self.same_count(row["rounds"], 4)

    def test_of_a_verdict(self):
        self.run_it("run", self.scenario(FULL), "--format=json", "--output", self.folder / "a.json")
        self.run_it("run", self.scenario(with_changes(**{**FULL, "seed": 2})), "--format=json", "--output",
                    self.folder / "b.json")
        text = self.run_it("compare", self.folder / "a.json", self.folder / "b.json", "--force", "--format=html",
                           expect=None).stdout
        page = Page(text)
        self.assertEqual(json.loads(embedded(text))["schema"], "hitbench.verdict/1")
        self.assertIn("hitbench compare", text)
        self.assertIn("changes", page.ids)


    def test_two_results_over_each_other(self):
        _, result = self.page_of()
        other = self.scenario(result, "other.json")
        text = self.run_it("report", self.folder / "result.json", other, "--format=html").stdout
        self.assertIn("A: around/remote", text)
        self.assertIn("B: around/remote", Page(text).table("Where reads went")[-1]["row"])
        refused = self.run_it("report", self.folder / "result.json", other, expect=2).stderr
        self.assertIn("the format 'table' cannot show a page of two results", refused)
        self.assertIn("try: one of: html", refused)
        self.run_it("report", self.folder / "result.json", other, "--format=html", "--threshold=hit_ratio>1%", expect=2)
        self.run_it("report", self.folder / "result.json", other, other, "--format=html", expect=2)


@unittest.skipIf(CHROMIUM is None, "chromium is not installed")
class InABrowser(PageCase):
    def browse(self, path, *arguments):
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   f"--user-data-dir={self.folder / 'profile'}", "--enable-logging=stderr", *arguments, path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([line for line in done.stderr.splitlines() if "CONSOLE" in line], [])
        return done.stdout

    def test_is_read_as_it_was_written(self):
        text, _ = self.page_of()
        seen = Page(self.browse(self.folder / "page.html", "--dump-dom"))
        self.assertEqual(seen.tables, Page(text).tables)

    def test_is_drawn_at_both_widths(self):
        self.page_of()
        for width in (400, 1280):
            picture = self.folder / f"{width}.png"
            self.browse(self.folder / "page.html", f"--window-size={width},900", f"--screenshot={picture}")
            size = struct.unpack(">II", picture.read_bytes()[16:24])
            self.assertEqual(size[1], 900)


if __name__ == "__main__":
    run_tests()
