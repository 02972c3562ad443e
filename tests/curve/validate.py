#!/usr/bin/python3
"""Validates the curves that write_curves makes, and checks that the schema refuses broken ones.

Usage: validate.py SCHEMA WRITE_CURVES DIRECTORY. Needs python3-jsonschema; without it the test is skipped (77), aloud.
"""
import copy
import json
import os
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: no jsonschema; apt-get install python3-jsonschema")
    sys.exit(77)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


BREAKS = {
    "an unknown field": lambda curves: curves.update(surprise=1),
    "a missing field": lambda curves: curves["ceiling"].pop("hits"),
    "a negative count": lambda curves: curves.update(requests=-1),
    "a ratio above one": lambda curves: curves["curves"][0]["points"][0].update(hit_ratio=1.5),
    "another schema": lambda curves: curves.update(schema="hitbench.curve/2"),
    "an unknown unit": lambda curves: curves.update(unit="pages"),
}


def main():
    schema = load(sys.argv[1])
    validator = jsonschema.Draft7Validator(schema)
    validator.check_schema(schema)
    subprocess.run(sys.argv[2:], check=True)
    files = [os.path.join(sys.argv[3], name + ".curve.json") for name in ("smallest", "ttl", "sampled")]
    faults = [f"{file}: {'/'.join(map(str, error.path))}: {error.message[:200]}"
              for file in files for error in validator.iter_errors(load(file))]
    for what, spoil in BREAKS.items():
        curves = copy.deepcopy(load(files[0]))
        spoil(curves)
        if validator.is_valid(curves):
            faults.append(f"schema: accepts {what}")
    print("\n".join(faults) or f"{len(files)} sets of curves are valid")
    sys.exit(1 if faults else 0)


main()
