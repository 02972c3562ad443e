"""`hitbench list`: an index of one screen, and behind each of its names what it is."""
import json
import re

from cli_case import Case, needs, run_tests

FIELD = re.compile(r"(?m)^      (\w+) ")


class Index(Case):
    def rows(self):
        """Kind -> (count, names)."""
        text = re.sub(r"\n {16}", " ", self.run_it("list").stdout)
        found = re.findall(r"(?m)^(\w+) +(\d+)  (.*)$", text)
        return {kind: (int(count), re.sub(r" \(not built\)", "", names).split(", ")) for kind, count, names in found}

    def test_is_one_screen(self):
        text = self.run_it("list").stdout
        self.assertLessEqual(text.count("\n"), 24)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        self.assertIn("`hitbench list NAME`", text)

    def test_counts_and_names_everything(self):
        rows = self.rows()
        for kind, name in (("caches", "redis"), ("strategies", "cache-aside"), ("keys", "zipf"), ("origins", "sqlite"),
                           ("reports", "junit"), ("evictions", "lru"), ("sections", "workload")):
            self.assertIn(name, rows[kind][1])
        for kind, (count, names) in rows.items():
            if kind != "rules":
                self.assertEqual(count, len(names), kind)

    def test_every_name_in_it_can_be_asked_for(self):
        for kind, (_, names) in self.rows().items():
            for name in [kind] if kind == "rules" else names if kind == "sections" else [kind, *names]:
                self.assertTrue(self.run_it("list", name).stdout, name)


class Parts(Case):
    def listed(self, name):
        return self.run_it("list", name).stdout

    def test_a_kind_has_all_of_its_rows(self):
        text = self.listed("arrivals")
        self.assertTrue(text.startswith("arrivals\n"))
        for word in ("closed", "open", "barrier", "poisson", "rate"):
            self.assertIn(word, text)
        self.assertIn("locked-fill-needs-guard-lock", self.listed("rules"))

    @needs("redis")
    def test_a_part_has_its_fields_and_no_other_part(self):
        text = self.listed("redis")
        self.assertTrue(text.startswith("caches\n  redis "))
        self.assertIn("address", FIELD.findall(text))
        self.assertNotIn("memcached", text)
        fields = FIELD.findall(self.listed("cache-aside"))
        self.assertEqual({"ttl", "guard", "on_write", "refresh", "batch"} - set(fields), set())

    def test_a_name_in_several_kinds_is_shown_in_all(self):
        self.assertEqual(re.findall(r"(?m)^(\w+)$", self.listed("none")), ["strategies", "guards", "refresh", "caches"])
        self.assertEqual(re.findall(r"(?m)^(\w+)$", self.listed("keys")), ["traces", "keys"])

    def test_a_preset_has_only_what_differs(self):
        for name, field in (("write-through", "on_write"), ("read-through", "guard"), ("refresh-ahead", "refresh")):
            text = self.listed(name)
            self.assertIn("the fields of cache-aside", text)
            self.assertEqual(FIELD.findall(text), [field])

    def test_a_section_has_its_fields(self):
        for section, fields in (("app", ["clients", "pin"]), ("faults", ["target", "for"]),
                                ("workload", ["key_bytes", "keys.count", "mix.read", "absent.keys"]),
                                ("measure", ["duration"]), ("warmup", ["until", "preload"]), ("scenario", ["seed"])):
            text = self.listed(section)
            self.assertTrue(text.startswith(f"{section}: "), text)
            for field in fields:
                self.assertIn(f"\n      {field} ", text)

    def test_sections_have_every_field_of_the_schema(self):
        schema = json.loads(self.run_it("list", "--schema").stdout)["properties"]
        for section in ("app", "measure", "warmup"):
            listed = set(FIELD.findall(self.listed(section)))
            self.assertEqual(listed, set(schema[section]["properties"]), section)
        self.assertEqual(set(FIELD.findall(self.listed("faults"))), set(schema["faults"]["items"]["properties"]))

    def test_an_unknown_name_has_the_nearest_of_all(self):
        for wrong, right in (("cahces", "caches"), ("cache-asied", "cache-aside"), ("worklaod", "workload")):
            done = self.run_it("list", wrong, expect=2)
            self.assertIn(f"there is nothing called '{wrong}'. Did you mean '{right}'?", done.stderr)
            self.assertIn("`hitbench list`", done.stderr)


if __name__ == "__main__":
    run_tests()
