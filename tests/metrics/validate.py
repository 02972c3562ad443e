#!/usr/bin/python3
"""Validates the results that write_results makes, and checks that the schema refuses broken ones.

Usage: validate.py SCHEMA WRITE_RESULTS DIRECTORY, or validate.py SCHEMA RESULT.json...
Needs python3-jsonschema; without it the test is skipped (77), aloud.
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


# What only a command line adds to a result.
OPTIONAL = {"#/definitions/environment": {"command"}}


def lax_objects(schema, path="#"):
    """The places where the schema describes an object but would let unknown fields pass, or lets known ones miss."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from lax_objects(item, f"{path}/{index}")
    elif isinstance(schema, dict):
        if "properties" in schema and isinstance(schema["properties"], dict) and "type" in schema:
            if schema.get("additionalProperties") is not False:
                yield path + " allows more"
            if set(schema.get("required", [])) != set(schema["properties"]) - OPTIONAL.get(path, set()):
                yield path + " does not require all"
        for name, item in schema.items():
            yield from lax_objects(item, f"{path}/{name}")


def broken_copies(result):
    """Ways to spoil a good result, by what was done."""
    def spoilt(what, change):
        copied = copy.deepcopy(result)
        change(copied)
        return what, copied

    run = lambda r: r["runs"][0]
    yield spoilt("an unknown field", lambda r: run(r).update(surprise=1))
    yield spoilt("a missing field", lambda r: run(r)["reads"].pop("miss"))
    yield spoilt("a negative count", lambda r: run(r).update(operations=-1))
    yield spoilt("a fraction of a nanosecond", lambda r: run(r)["latency"]["read"]["response"].update(p50_ns=1.5))
    yield spoilt("a ratio above one", lambda r: run(r).update(hit_ratio=1.5))
    yield spoilt("another schema", lambda r: r.update(schema="hitbench.result/2"))
    yield spoilt("an unknown loop", lambda r: run(r).update(loop="ajar"))


def main():
    schema = load(sys.argv[1])
    validator = jsonschema.Draft7Validator(schema)
    validator.check_schema(schema)
    faults = [f"schema: {place}" for place in lax_objects(schema)]
    files = sys.argv[2:]
    if not files[0].endswith(".json"):
        subprocess.run(files, check=True)
        files = [os.path.join(files[1], name) for name in ("full.result.json", "empty.result.json")]
        for what, result in broken_copies(load(files[0])):
            if validator.is_valid(result):
                faults.append(f"schema: accepts {what}")
    for file in files:
        for error in validator.iter_errors(load(file)):
            faults.append(f"{file}: {'/'.join(map(str, error.path))}: {error.message[:200]}")
    print("\n".join(faults) or f"{len(files)} results are valid")
    sys.exit(1 if faults else 0)


main()
