"""What must hold after every case, whatever was done to it. Each check reads the evidence of a Run (run_case.py) and
yields sentences about what is wrong."""
import json
import signal

import jsonschema

DONE, WORLD, USAGE, MISSED, UNTOLD, INTERRUPTED = 0, 1, 2, 3, 4, 130
INTERRUPTS = {"INT", "TERM", "HUP"}
MOST_FAILED = 0.001  # docs/method.md, "When a row is invalid"
MOST_MEMORY_KIB = 2 << 20  # of one process; no case needs a tenth of it


def sent(run, to, *names):
    """The signals that were really sent."""
    return [one for one in run.sent if one["to"] in to and (not names or one["signal"] in names)]


def interrupted(run):
    return bool(sent(run, ("parent", "group"), *INTERRUPTS))


def check_end(run):
    if run.hung:
        yield f"it does not end; its processes: {run.hung}"
    if run.code is None or run.hung:
        return
    if run.code < 0:
        ours = [one["signal"] for one in sent(run, ("parent", "group"))]
        name = signal.Signals(-run.code).name.removeprefix("SIG")
        if name not in ours:
            yield f"ended by {name}, which nobody sent"
        elif name in INTERRUPTS and run.began:
            yield f"ended by {name} instead of stopping in an orderly way"
        return
    if run.code not in allowed_codes(run):
        yield f"exit code {run.code} is not one of {sorted(allowed_codes(run))}"


def allowed_codes(run):
    codes = {DONE, WORLD, USAGE}
    if run.case["thresholds"] or run.case["command"] != "run":
        codes |= {MISSED, UNTOLD}
    if interrupted(run):
        codes.add(INTERRUPTED)
    return codes


def check_words(run):
    for pattern in ("AddressSanitizer", "LeakSanitizer", "runtime error:", "CHECK", "terminate called", "what():"):
        if pattern in run.errors:
            yield f"stderr has {pattern!r}"
    for control in "\x1b\x07\x00":
        if control in run.errors:
            yield f"stderr has the control character {control!r}"
    if run.sanitizer:
        yield f"a sanitizer says: {run.sanitizer[:300]}"
    if run.code in (WORLD, USAGE, INTERRUPTED) and run.result is None and "hitbench:" not in run.errors:
        yield f"exit {run.code} without a sentence"
    if run.peak_kib > MOST_MEMORY_KIB:
        yield f"a process took {run.peak_kib >> 10} MiB"


def check_traces(run):
    for one in run.orphans:
        yield f"left running: {one}"
    for name in run.directories:
        yield f"left in TMPDIR: {name}"
    for name in run.decoys_gone:
        yield f"the user's own directory {name} is gone"


def check_users_servers(run):
    for name, (wrong, ours) in run.left.items():
        for text in wrong:
            yield f"server {name}: {text}"
        # Where a scenario kills a process, nobody knows its keys on a memcached any more: then the prefix must be told.
        untold = [key for key in ours if key.rpartition(":")[0] + ":" not in run.errors]
        if untold and run.orderly:
            yield f"server {name}: {len(untold)} keys of ours are left without a word, such as {untold[0]}"


def check_result(run):
    """The JSON is there when it must be, parses, and is what the schema says."""
    if run.result_text and run.result is None:
        yield f"the result is no JSON: {run.result_text[:100]!r}"
    if run.result is None:
        if run.code in (DONE, MISSED, UNTOLD):
            yield f"exit {run.code} without a result"
        return
    try:
        schema = run.schemas["verdict" if run.case["command"] == "gate" else "result"]
        jsonschema.Draft7Validator(schema).validate(run.result)
    except jsonschema.ValidationError as error:
        yield f"against the schema: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def check_exports(run):
    """A closed or full stdout takes no other destination with it."""
    for name in run.exports_missing:
        if run.result is not None or run.code in (DONE, MISSED, UNTOLD, INTERRUPTED):
            yield f"--export {name} was not written, though the run gave a result"
    if run.code in (DONE, MISSED, UNTOLD) and run.case["to"] in ("closed", "full"):
        yield f"exit {run.code} though the report could not be written to stdout"
    if run.report_code not in (None, DONE):
        yield f"`hitbench report` as {run.case['reported_as']} exits with {run.report_code}: {run.report_errors[:200]}"


def rows(run):
    return run.result["runs"] if run.result is not None and run.case["command"] != "gate" else []


def check_rows(run):
    for row in rows(run):
        for text in row_faults(run, row):
            yield f"row {row['name']}: {text}"
    if run.code == DONE and any(row["skipped"] for row in rows(run)):
        yield "exit 0 with a row that was skipped"
    if run.code == WORLD and run.result is not None and rows(run) and run.case["to"] in ("stdout", "file"):
        if not any(row["skipped"] or not row["complete"] for row in rows(run)) and "hitbench:" not in run.errors:
            yield "exit 1 though every row is there"


def check_thresholds(run):
    """A threshold's verdict is about answers, and the exit code follows from the verdicts."""
    if run.case["command"] != "run" or run.result is None:
        return
    verdicts = run.result["threshold_verdicts"]
    by_name = {row["name"]: row for row in rows(run)}
    for verdict in verdicts:
        row = by_name.get(verdict["row"])
        if row and row["skipped"] is None and verdict["measured"] and fails_too_much(run, row):
            yield f"{verdict['threshold']} is judged on {row['name']}, where {failures(row)} operations failed"
    if run.code == DONE and not all(verdict["met"] for verdict in verdicts):
        yield "exit 0 though a threshold was not met"
    if run.code == MISSED and all(verdict["met"] or not verdict["measured"] for verdict in verdicts):
        yield "exit 3 without a threshold that was missed"
    if run.code == UNTOLD and all(verdict["measured"] for verdict in verdicts):
        yield "exit 4 though every threshold can be told"


def fails_too_much(run, row):
    """More than docs/method.md allows, and nobody asked for it."""
    scenario = run.case["scenario"]
    asked_for = scenario.get("faults") or any(origin.get("errors") for origin in scenario["origins"])
    return not asked_for and failures(row) > MOST_FAILED * row["operations"]


def failures(row):
    return row["reads"]["failed"] + row["writes"]["failed"] + row["deletes"]["failed"]


def row_faults(run, row):
    if row["skipped"] is not None:
        if "process died" in row["skipped"] and not (sent(run, ("child", "group")) or uses_library(run)):
            yield f"a process died of its own accord: {row['skipped']}"
        return
    answered = sum(row[kind][name] for kind in ("reads", "writes", "deletes") for name in row[kind])
    killed = any(one["action"] == "kill" for one in run.case["scenario"].get("faults", []))
    if answered < row["operations"] and not killed:  # what a dead process had begun never ends
        yield f"{row['operations']} operations, but only {answered} outcomes"
    lied = run.told is not None and lied_while_measured(run)
    if row["consistency"]["corrupt_values"] and not (run.told and run.told["wrong_at"]) and not torn(run):
        yield f"{row['consistency']['corrupt_values']} corrupt values on a server that is right"
    if not row["validity"]["valid"]:
        return
    if row["operations"] == 0:
        yield "valid without an operation"
    if row["consistency"]["corrupt_values"]:
        yield "valid with corrupt values"
    if lied and failures(row) == 0:
        yield "valid without a failure, though the server told wrong values"
    if run.killed_while_working and not run.case["scenario"].get("faults") and len(rows(run)) == 1:
        yield f"valid though its server {run.killed_while_working[0]} was killed"


def uses_library(run):
    """libmemcached ends its process where a server says what it does not expect."""
    return any(cache["type"] == "libmemcached" for cache in run.case["scenario"]["caches"])


def torn(run):
    """Faults after which a reply may be taken for that of another question."""
    faults = set((run.case["servers"].get("u") or {}).get("front", {}).get("faults", {}))
    return bool(faults & {"garbage", "half", "swap", "garble", "flood", "other", "twice"})


def lied_while_measured(run):
    """Values were wrong well before the last reads, which may be those of the check at the end."""
    if run.case["scenario"]["warmup"] != {"operations": 0} or len(rows(run)) != 1:
        return False
    keys = run.case["scenario"]["workload"]["keys"].get("count", 100)
    return any(at < run.told["reads"] - 3 * keys for at in run.told["wrong_at"])


CHECKS = [
    check_end, check_words, check_traces, check_users_servers, check_result, check_exports, check_rows, check_thresholds
]  # fmt: skip


def faults_of(run):
    return [text for check in CHECKS for text in check(run)]


def load_schemas(root):
    return {name: json.loads((root / "docs" / f"{name}.schema.json").read_text()) for name in ("result", "verdict")}
