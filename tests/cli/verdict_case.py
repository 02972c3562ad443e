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

    def real_verdict(self, *arguments):
        """Of a gate that finds nothing: on a machine that is busy with something else it may be invalid."""
        command = [BINARY, *map(str, arguments), "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=self.environment)
        self.assertIn(done.returncode, (0, 4), done.stderr)
        return self.checked(done.stdout, done.returncode), done.stderr

    def real_finding(self, *arguments):
        """Of a gate that finds something: again where the machine was busy with something else, and skipped where it is
        all the time."""
        command = [BINARY, *map(str, arguments), "--format", "json"]
        for _ in range(3):
            done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=self.environment)
            self.assertIn(done.returncode, (3, 4), done.stdout + done.stderr)
            verdict = self.checked(done.stdout, done.returncode)
            if done.returncode == 3:
                return verdict
            self.assertTrue(was_the_machine(verdict), done.stdout)
        return self.skipTest("this machine is too busy for a gate to find anything")

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
