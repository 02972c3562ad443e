"""Tests of the checker itself, on small samples. A rule that never fires is no rule."""
import pathlib
import tempfile
import unittest

import tidy

TAB, SLASH = chr(9), chr(47)


def body(name, lines):
    return f"int {name}(int a) {{\n" + "  ++a;\n" * (lines - 2) + "}\n"


class IncludeRule(unittest.TestCase):
    def test_allows_what_the_graph_allows(self):
        includes = '#include "cache/cache.h"\n#include "strategy/value.h"\n'
        self.assertEqual(tidy.faults("src/strategy/a.cc", includes), [])
        self.assertEqual(tidy.faults("src/cli/a.cc", '#include "engine/run.h"\n'), [])
        self.assertEqual(tidy.faults("src/metrics/a.cc", '#include "hitbench_version.h"\n'), [])

    def test_refuses_another_folder(self):
        self.assertIn("strategy may include only", tidy.faults("src/strategy/a.cc", '#include "engine/run.h"\n')[0])
        self.assertEqual(len(tidy.faults("src/base/a.cc", '#include "io/loop.h"\n#include "registry.h"\n')), 2)

    def test_refuses_another_header_of_a_folder_of_which_one_is_allowed(self):
        self.assertEqual(len(tidy.faults("src/engine/a.cc", '#include "cache/connection.h"\n')), 1)

    def test_names_concrete_parts_only_in_the_registry_their_folder_and_tests(self):
        include = '#include "cache/parts.h"\n'
        for path in ("src/registry.cc", "src/cache/memory.cc", "tests/cache/memory_test.cc"):
            self.assertEqual(tidy.faults(path, include), [])
        for path in ("src/main.cc", "src/cli/run.cc", "src/engine/run.cc"):
            self.assertIn("concrete parts", tidy.faults(path, include)[0])

    def test_sees_only_real_includes(self):
        self.assertEqual(tidy.faults("src/base/a.cc", '// see\n#include <vector>\n// #include "io/loop.h"\n'), [])


class Documents(unittest.TestCase):
    def test_the_page_has_the_table_that_is_enforced(self):
        rows = "\n".join(f"| `{folder}` | what it is | {', '.join(f'`{name}`' for name in allowed) or 'nothing'} |"
                         for folder, allowed in tidy.ALLOWED.items())
        self.assertEqual(list(tidy.page_faults(rows)), [])
        self.assertIn("no row for the folder io", list(tidy.page_faults(rows.replace("| `io` |", "| io |")))[0])
        self.assertIn("stats may include base", list(tidy.page_faults(
            rows.replace("| `stats` | what it is | `base` |", "| `stats` | what it is | `base`, `io` |")))[0])

    def test_a_table_needs_a_rule_and_a_blank_line(self):
        self.assertEqual(list(tidy.table_faults("a.md", "words\n\n| a |\n|---|\n| b |\n")), [])
        self.assertEqual(list(tidy.table_faults("a.md", "words\n| a |\n|---|\n")),
                         ["line 2: no blank line before the table"])
        self.assertEqual(list(tidy.table_faults("a.md", "| a |\n| b |\n")), ["line 1: no rule under the table's head"])


class Doubts(unittest.TestCase):
    HEADER = 'constexpr std::string_view kDoubts[] = {\n    // worst\n    "late",\n    "few-hits",\n};\n'
    PAGE = "| id | what |\n|---|---|\n| `late` | a |\n| `few-hits` | b |\n"
    USES = ['warn({"late", "words"});', 'refuse(validity, "few-hits", "words");']

    def faults(self, header=HEADER, page=PAGE, uses=None):
        return list(tidy.doubt_faults(header, page, uses or self.USES))

    def test_each_is_used_and_explained(self):
        self.assertEqual(self.faults(), [])
        self.assertIn("nothing has the id few-hits", self.faults(uses=self.USES[:1])[0])
        self.assertIn("no row for late", self.faults(page=self.PAGE.replace("`late`", "late"))[0])
        self.assertIn("there is no id early", self.faults(page=self.PAGE + "| `early` | c |\n")[0])

    def test_the_page_has_the_order_of_the_table(self):
        rows = self.PAGE.splitlines(keepends=True)
        self.assertIn("not in the order", self.faults(page="".join(rows[:2] + rows[:1:-1]))[0])

    def test_each_is_there_once(self):
        self.assertIn("late is there twice", self.faults(header=self.HEADER.replace("few-hits", "late"))[0])
        self.assertIn("no ids are found", self.faults(header="")[0])


class FunctionLength(unittest.TestCase):
    def lengths(self, text):
        return [(name, length) for name, _, length in tidy.functions(text)]

    def test_counts_from_the_signature_to_the_closing_brace(self):
        self.assertEqual(self.lengths("namespace a {\n" + body("f", 5) + "}\n"), [("f", 5)])

    def test_finds_methods_in_classes_and_constructors_with_initialisers(self):
        text = "class A {\n  A(int b) : b_{b}, c_(1) {\n    run();\n  }\n  int b_{0};\n  void run() {\n  }\n};\n"
        self.assertEqual(self.lengths(text), [("A", 3), ("run", 2)])

    def test_ignores_braces_in_strings_comments_and_digits(self):
        text = 'int f() {\n  // }\n  g("}", \'}\', 1\'000, R"({ }})");\n}\n'
        self.assertEqual(self.lengths(text), [("f", 4)])

    def test_tables_are_not_functions(self):
        self.assertEqual(self.lengths("const std::vector<Row> rows = {\n  {f(1), 2},\n  {g(1), 2}};\n"), [])

    def test_refuses_a_long_one(self):
        self.assertEqual(tidy.faults("src/base/a.cc", body("f", 60)), [])
        self.assertIn("f has 61 lines", tidy.faults("src/base/a.cc", body("f", 61))[0])

    def test_the_ratchet_only_turns_one_way(self):
        ratchet = {"src/base/a.cc:f": 70}
        self.assertEqual(tidy.faults("src/base/a.cc", body("f", 70), ratchet), [])
        self.assertIn("more than 70", tidy.faults("src/base/a.cc", body("f", 71), ratchet)[0])
        self.assertIn("lower it", tidy.faults("src/base/a.cc", body("f", 65), ratchet)[0])
        self.assertIn("remove it", tidy.faults("src/base/a.cc", body("f", 50), ratchet)[0])


class Texts(unittest.TestCase):
    def one(self, path, text, fault):
        found = tidy.faults(path, text)
        self.assertEqual(len(found), 1, found)
        self.assertIn(fault, found[0])

    def test_refuses_long_files_and_lines(self):
        self.one("src/base/a.cc", "//\n" * 401, "the file has 401 lines")
        self.one("src/base/a.cc", "//" + "x" * 119 + "\n", "121 columns")

    def test_lets_raw_strings_be_long(self):
        self.assertEqual(tidy.faults("tests/a.cc", 'x = R"(' + "y" * 130 + ')";\n'), [])

    def test_columns_are_characters(self):
        self.assertEqual(tidy.faults("src/base/a.cc", "//" + "µ" * 118 + "\n"), [])

    def test_refuses_tabs_unfinished_work_and_machine_paths(self):
        self.one("docs/a.md", f"a{TAB}b\n", "a tab")
        self.one("src/base/a.cc", "// TO" + "DO: later\n", "unfinished")
        self.one("README.md", f"see {SLASH}work{SLASH}main\n", "path of one machine")
        self.assertEqual(tidy.faults("README.md", "see $root/root/file and src/work/x\n"), [])

    def test_wants_one_pragma_in_a_header(self):
        self.one("src/base/a.h", "int a;\n", "pragma once")
        self.one("src/base/a.h", "#pragma once\n#pragma once\n", "pragma once")

    def test_wants_the_last_line_to_end(self):
        self.one("src/base/a.cc", "int a;", "last line")

    def test_integers_of_a_fixed_width_need_their_header(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "src/base").mkdir(parents=True)
            (root / "src/base/has.h").write_text("#include <cstdint>\n")
            (root / "src/base/through.h").write_text('#include "base/has.h"\n#include "base/none.h"\n')

            def found(text):
                return list(tidy.integer_faults("src/base/a.cc", text, root))

            self.assertIn("<cstdint>", found("#include <string>\nuint64_t x;\n")[0])
            self.assertEqual(found('#include "base/through.h"\nuint64_t x;\n'), [])
            self.assertEqual(found("// uint64_t\nint x;\n"), [])


if __name__ == "__main__":
    unittest.main()
