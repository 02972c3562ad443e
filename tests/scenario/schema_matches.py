"""docs/scenario.schema.json is what the registry generates, and every shipped scenario obeys it.

Arguments: the binary, the repository. Exit code 77 (skipped) without python3-jsonschema.
"""

import json
import pathlib
import re
import subprocess
import sys


def without_comments(text):
    """Drops // and /* */ outside of strings."""
    pattern = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
    return pattern.sub(lambda match: match.group(0) if match.group(0).startswith('"') else " ", text)


def main():
    binary, repository = sys.argv[1], pathlib.Path(sys.argv[2])
    generated = subprocess.run([binary, "list", "--schema"], check=True, capture_output=True, text=True).stdout
    if json.loads(generated) != json.loads((repository / "docs/scenario.schema.json").read_text()):
        sys.exit("docs/scenario.schema.json is old; write it anew with: hitbench list --schema")
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
    unknown_field = {"strategies": [{"type": "none", "x": 1}]}
    for wrong in ({"wrokload": {}}, {"app": {"clients": 0}}, {"caches": []}, unknown_field):
        assert not validator.is_valid(wrong), wrong


main()
