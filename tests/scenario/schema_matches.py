"""docs/scenario.schema.json is what the registry generates, and every shipped scenario obeys it.

Arguments: the binary, the repository. Exit code 77 (skipped) without python3-jsonschema.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

# Fields that the reader takes, and such that it refuses: the schema must agree.
RIGHT = [
    {"app": {"clients": "1e5"}},
    {"app": {"timeout": "5 ms"}},
    {"workload": {"value_bytes": "1kB"}},
    {"caches": [{"type": "redis", "memory": "1TB"}]},
    {"warmup": {"operations": 5, "duration": None}},
    {"warmup": {"until": "steady", "limit": "5s", "operations": 5, "preload": True}},
]
WRONG = [
    {"wrokload": {}},
    {"app": {"clients": 0}},
    {"app": {"clients": "1e99"}},
    {"app": {"timeout": "5"}},
    {"caches": {}},
    {"caches": [{"type": "redis", "memory": "64Mi"}]},
    {"strategies": [{"type": "none", "x": 1}]},
    {"warmup": {"operations": 5, "duration": "1s"}},
    {"warmup": {"until": "steady", "duration": "1s"}},
    {"warmup": {"until": "ready"}},
    {"measure": {"operations": 5, "duration": "1s"}},
    {"workload": {"keys": "trace"}},  # which needs a file
    {"workload": {"value_bytes": "list"}},
    {"workload": {"arrivals": "open"}},
]


def without_comments(text):
    """Drops // and /* */ outside of strings."""
    pattern = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
    return pattern.sub(lambda match: match.group(0) if match.group(0).startswith('"') else " ", text)


def reads(binary, fields):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(fields, file)
        file.flush()
        done = subprocess.run([binary, "check", file.name], capture_output=True, text=True)
    assert done.returncode in (0, 2), done.stderr
    return done.returncode == 0


def main():
    binary, repository = sys.argv[1], pathlib.Path(sys.argv[2])
    generated = subprocess.run([binary, "list", "--schema"], check=True, capture_output=True, text=True).stdout
    if json.loads(generated) != json.loads((repository / "docs/scenario.schema.json").read_text()):
        sys.exit("docs/scenario.schema.json is old; write it again with: hitbench list --schema")
    try:
        import jsonschema
    except ImportError:
        print("skipped: needs python3-jsonschema")
        sys.exit(77)
    schema = json.loads(generated)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    scenarios = sorted((repository / "scenarios").glob("*.json"))
    assert scenarios, "no shipped scenarios"
    for path in scenarios:
        validator.validate(json.loads(without_comments(path.read_text())))
        # What `check` prints between its first line and the plan is the scenario with every default.
        printed = subprocess.run([binary, "check", str(path)], check=True, capture_output=True, text=True).stdout
        normalised, _ = json.JSONDecoder().raw_decode(printed, printed.index("{"))
        validator.validate(normalised)
    for fields in RIGHT + WRONG:
        right = fields in RIGHT
        assert validator.is_valid(fields) == right, fields
        assert reads(binary, fields) == right, fields


main()
