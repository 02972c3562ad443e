"""What the tests of gate and compare share. No figure of a wall clock decides a test: what is asserted of real time
holds whatever the machine does."""
import json
import pathlib
import re
import subprocess

from cli_case import BINARY, Case, of_the_row, with_changes

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs/verdict.schema.json"

VIRTUAL = with_changes(
    clock="virtual",
    rounds=1,
    workload={"keys": {"distribution": "zipf", "count": 1000}, "mix": {"read": 0.9, "write": 0.1}},
    caches=[{"type": "memory", "entries": 300}],
    strategies=["none", {"type": "cache-aside", "ttl": "10s"}],
    measure={"operations": 20000},
)

REAL = with_changes(
    caches=["redis"],
    strategies=["direct"],
    app={"clients": 4, "connections": 4},
    warmup={"preload": True},
    measure={"duration": "10s"},
)


# What the notes of items say, which have no ids: see cli_case.THE_MACHINES.
THE_MACHINES = re.compile(
    "the machine was busy with something else|the machine itself was|the server waited for a CPU")


def was_the_machine(verdict):
    """Whether nothing but the machine made this verdict invalid."""
    why = verdict["reasons"] + [item["note"] for item in verdict["items"] if item["verdict"] == "invalid"]
    return verdict["verdict"] == "invalid" and bool(why) and all(THE_MACHINES.search(each) for each in why)


class VerdictCase(Case):
    def verdict_of(self, *arguments, expect=0, **options):
        done = self.run_it(*arguments, "--format", "json", expect=expect, **options)
        return self.checked(done.stdout, expect)

    def checked(self, text, expect):
        verdict = json.loads(text)
        if jsonschema:
            jsonschema.validate(verdict, json.loads(SCHEMA.read_text()))
        self.assertEqual(verdict["exit_code"], expect)
        return verdict

    def real_verdict(self, *arguments, expect=0):
        """Of a gate in real time, and what it said: again where the machine was busy with something else, and skipped
        where it is all the time."""
        command = [BINARY, *map(str, arguments), "--format", "json"]
        for _ in range(5):
            done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=self.environment)
            self.assertIn(done.returncode, (expect, 4), done.stdout + done.stderr)
            verdict = self.checked(done.stdout, done.returncode)
            if done.returncode == expect:
                return verdict, done.stderr
            self.assertTrue(expect == 0 or was_the_machine(verdict), done.stdout)
        return self.skipTest("this machine is too busy for a gate to judge anything")

    def pairs_run(self, verdict):
        """Of each stage; how many of them counted is the machine's."""
        slots = [slot["stage"] for slot in verdict["slots"]]
        return [slots.count(stage) // 2 for stage in sorted(set(slots))]

    def items(self, verdict, row):
        return {item["metric"]: item for item in verdict["items"] if item["row"] == row}

    def saved(self, scenario, name, *arguments):
        """The file of its result, valid where nothing but the machine is against it."""
        path = self.folder / name
        self.run_it("run", self.scenario(scenario), "--format", "json", "--output", path, *arguments)
        result = json.loads(path.read_text())
        for run in result["runs"]:
            left = of_the_row(run["validity"])
            run["validity"].update(valid=not left, reasons=[why for _, why in left],
                                   reason_ids=[one for one, _ in left])
        path.write_text(json.dumps(result))
        return path
