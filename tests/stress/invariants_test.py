"""Each invariant fires on evidence against it, and none on a run that went well."""
import copy
import types
import unittest

import invariants

ROW = {
    "name": "s0/redis", "skipped": None, "complete": True, "operations": 100, "validity": {"valid": True},
    "reads": {"fresh_hit": 90, "miss": 10, "failed": 0}, "writes": {"acknowledged": 0, "failed": 0},
    "deletes": {"acknowledged": 0, "failed": 0}, "consistency": {"corrupt_values": 0},
}  # fmt: skip


def good():
    case = {
        "command": "run", "thresholds": [], "to": "stdout", "servers": {}, "reported_as": None,
        "scenario": {
            "warmup": {"operations": 0}, "workload": {"keys": {"count": 10}}, "caches": [{"type": "redis"}],
            "origins": [{"type": "simulated"}],
        },
    }  # fmt: skip
    return types.SimpleNamespace(
        case=case, code=0, hung=[], sent=[], began=True, errors="", sanitizer="", peak_kib=1000, orphans=[],
        directories=[], decoys_gone=[], left={"u": ([], [])}, orderly=True,
        result={"runs": [copy.deepcopy(ROW)], "threshold_verdicts": []}, result_text="{}",
        schemas={"result": {}, "verdict": {}}, exports_missing=[], report_code=None,
        report_errors="", told=None, killed_while_working=[],
    )  # fmt: skip


class Invariants(unittest.TestCase):
    def fires(self, words, **changes):
        run = good()
        row = changes.pop("row", {})
        for name, value in changes.items():
            setattr(run, name, value)
        if row:
            run.result["runs"][0] |= row
        found = invariants.faults_of(run)
        self.assertTrue(any(words in text for text in found), found)

    def test_a_good_run_is_good(self):
        self.assertEqual(invariants.faults_of(good()), [])

    def test_ends(self):
        self.fires("does not end", hung=["1 hitbench"])
        self.fires("ended by SEGV", code=-11)
        self.fires("orderly", code=-15, sent=[{"to": "parent", "signal": "TERM"}])
        self.fires("exit code 7", code=7)
        self.fires("exit code 3", code=3)
        self.fires("exit code 130", code=130)

    def test_words(self):
        self.fires("AddressSanitizer", errors="==1==ERROR: AddressSanitizer: heap-use-after-free")
        self.fires("sanitizer says", sanitizer="runtime error: overflow")
        self.fires("control character", errors="hitbench: \x1b]0;owned\x07")
        self.fires("without a sentence", code=1, result=None, result_text="")
        self.fires("MiB", peak_kib=3 << 20)

    def test_traces(self):
        self.fires("left running", orphans=["1 redis-server"])
        self.fires("left in TMPDIR", directories=["hitbench-1-abcdef"])
        self.fires("is gone", decoys_gone=["hitbench-2024-backup"])
        self.fires("no TTL", left={"u": (["key k has no TTL"], [])})
        self.fires("without a word", left={"u": ([], ["hitbench:1:0"])}, errors="they begin with hitbench:2:")

    def test_results(self):
        self.fires("is no JSON", result=None, result_text="{")
        self.fires("without a result", result=None, result_text="")
        self.fires("against the schema", schemas={"result": {"required": ["schema"]}, "verdict": {}})
        self.fires("--export junit", exports_missing=["junit"])
        self.fires("hitbench report", report_code=2, case=good().case | {"reported_as": "csv"})
        self.fires("could not be written", case=good().case | {"to": "full"})

    def test_thresholds(self):
        def judged(met, measured, failed=0):
            verdict = {"threshold": "p99<1ms", "row": "s0/redis", "met": met, "measured": measured}
            reads = {"fresh_hit": 100 - failed, "failed": failed}
            return {"runs": [ROW | {"reads": reads}], "threshold_verdicts": [verdict]}

        asked = good().case | {"thresholds": ["p99<1ms"]}
        self.fires("is judged on", result=judged(True, True, failed=1))
        self.fires("exit 0 though", result=judged(False, True))
        self.fires("exit 3 without", result=judged(False, False), code=3, case=asked)
        self.fires("exit 4 though", result=judged(False, True), code=4, case=asked)

    def test_rows(self):
        self.fires("skipped", row={"skipped": "refused"})
        self.fires("though every row is there", code=1)
        self.fires("outcomes", row={"operations": 101})
        self.fires("of its own accord", code=1, row={"skipped": "an application process died"})
        self.fires("without an operation", row={"operations": 0})
        self.fires("valid with corrupt", row={"consistency": {"corrupt_values": 1}})
        corrupt = {"consistency": {"corrupt_values": 1}, "validity": {"valid": False}}
        self.fires("on a server that is right", row=corrupt)
        self.fires("told wrong values", told={"wrong_at": [5], "reads": 100})
        self.fires("was killed", killed_while_working=[7])


if __name__ == "__main__":
    unittest.main()
