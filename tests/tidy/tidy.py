"""The house rules that no compiler knows, checked on every file: which folder may include which, how long functions,
files and lines may be, and what must not appear at all. `tidy.py ROOT` prints one line for each fault; exit 1 if any.

Functions and files that are longer than allowed for a reason stand in ratchet.txt with their present length, which may
shrink but not grow.
"""
import re
import sys
from pathlib import Path

FUNCTION_LINES = 60
FILE_LINES = 400
COLUMNS = 120

# docs/architecture.md, "Data flow": a folder may include itself and these ("cache" all of it, "cache/cache.h" that
# header only). Files directly in src (registry.cc, main.cc) and cli may include everything.
ALLOWED = {
    "base": [],
    "io": ["base"],
    "stats": ["base"],
    "server": ["io", "base"],
    "metrics": ["stats", "base"],
    "cache": ["server", "io", "base"],
    "origin": ["io", "base"],
    "scenario": ["base", "registry.h"],
    "workload": ["scenario", "metrics/histogram.h", "base", "registry.h"],
    "strategy": ["cache/cache.h", "cache/forwarding_cache.h", "origin/origin.h", "io", "base"],
    "verify": ["strategy", "workload", "metrics", "cache/cache.h", "cache/forwarding_cache.h", "origin/origin.h", "io",
               "base"],
    "faults": ["cache/cache.h", "cache/forwarding_cache.h", "origin/origin.h", "io", "base"],
    "app": ["verify", "faults", "strategy", "workload", "scenario", "metrics", "cache/cache.h", "origin/origin.h", "io",
            "base", "registry.h"],
    "workers": ["app", "faults", "verify", "workload", "scenario", "metrics", "stats", "cache/cache.h",
                "origin/origin.h", "io", "base", "registry.h"],
    "engine": ["workers", "app", "verify", "faults", "strategy", "workload", "scenario", "metrics", "stats",
               "cache/cache.h", "cache/server_words.h", "origin/origin.h", "io", "base", "registry.h"],
    "search": ["engine", "judge", "metrics", "stats", "base", "registry.h"],
    "judge": ["metrics", "stats", "base"],
    "gate": ["judge", "metrics/result.h", "stats", "io", "base"],
    "curve": ["workload/trace/compact.h", "cache/memory/policy.h", "cache/twin/server_model.h", "stats", "io", "base"],
    "report": ["metrics/result.h", "metrics/histogram.h", "curve/curve.h", "judge", "stats", "base"],
}

# Written so that this file does not contain them.
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w}$.*])/(wo" + "rk|ro" + "ot)/")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def include_faults(path, text):
    """Faults of the folder graph, and of parts.h, which declares what concrete classes are made by."""
    parts = path.split("/")
    if parts[0] != "src":
        return
    folder = parts[1] if len(parts) > 2 else None
    for header in INCLUDE.findall(text):
        if "/" not in header and header != "registry.h":
            continue  # generated
        target = header.split("/")[0]
        if header.endswith("/parts.h") and target != folder and path != "src/registry.cc":
            yield f"includes {header}: only src/registry.cc, src/{target} and tests may name its concrete parts"
        elif folder in ALLOWED and target != folder and target not in ALLOWED[folder] and header not in ALLOWED[folder]:
            yield f"includes {header}: {folder} may include only {', '.join([folder] + ALLOWED[folder])}"


def page_faults(page):
    """The folder table of docs/architecture.md says what ALLOWED enforces."""
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, re.M))
    for folder, allowed in ALLOWED.items():
        if folder not in rows:
            yield f"docs/architecture.md: the table has no row for the folder {folder}"
        elif set(re.findall(r"`([^`]+)`", rows[folder])) != set(allowed):
            yield f"docs/architecture.md: {folder} may include {', '.join(allowed) or 'nothing'}, not {rows[folder]}"


def table_faults(path, text):
    """A table without a blank line before it, or without a rule under its head, is printed as text."""
    lines = [""] + text.split("\n") + [""]
    if not path.endswith(".md"):
        return
    for number in range(1, len(lines) - 1):
        if lines[number].startswith("|") and not lines[number - 1].startswith("|"):
            if lines[number - 1].strip():
                yield f"line {number}: no blank line before the table"
            if not re.fullmatch(r"[|:\- ]*-[|:\- ]*", lines[number + 1]):
                yield f"line {number}: no rule under the table's head"


def doubt_faults(header, page, sources):
    """The ids of src/metrics/doubt.h: each is used, once in the table, and in docs/validity.md, in the same order.
    `sources` are the texts of the other files in src."""
    table = re.search(r"kDoubts\[\] = \{(.*?)\};", header, re.S)
    ids = re.findall(r'"([a-z-]+)"', table.group(1)) if table else []
    rows = re.findall(r"^\| `([^`]+)` \|", page, re.M)
    if not ids:
        yield "src/metrics/doubt.h: no ids are found"
    for one in sorted(set(ids)):
        if not any(f'"{one}"' in text for text in sources):
            yield f"src/metrics/doubt.h: nothing has the id {one}"
        if ids.count(one) > 1:
            yield f"src/metrics/doubt.h: {one} is there twice"
        if one not in rows:
            yield f"docs/validity.md: no row for {one}"
    for one in sorted(set(rows) - set(ids)):
        yield f"docs/validity.md: there is no id {one}"
    if sorted(rows) == sorted(ids) and rows != ids:
        yield "docs/validity.md: not in the order of src/metrics/doubt.h"


INTEGER = re.compile(r"\bu?int(8|16|32|64)_t\b")


def includes_cstdint(path, text, root, seen):
    """Itself or through our own headers: g++ 14's standard headers no longer bring it in."""
    if "#include <cstdint>" in text or "#include <cinttypes>" in text:
        return True
    for header in INCLUDE.findall(text):
        for file in (root / "src" / header, root / header):
            if file.is_file() and file not in seen:
                seen.add(file)
                if includes_cstdint(header, file.read_text(encoding="utf-8"), root, seen):
                    return True
    return False


def integer_faults(path, text, root):
    if path.endswith((".cc", ".h")) and INTEGER.search(strip_noise(text)):
        if not includes_cstdint(path, text, root, set()):
            yield f"{path}: integers of a fixed width, and <cstdint> neither here nor in our headers that it includes"


RAW_STRING = re.compile(r'R"([^()\s\\]{0,16})\(.*?\)\1"', re.S)
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)


def strip_noise(text):
    """The code with comments, strings and preprocessor lines emptied; line numbers stay."""
    keep_lines = lambda match: '""' + "\n" * match.group().count("\n")
    text = NOISE.sub(keep_lines, RAW_STRING.sub(keep_lines, text))
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda match: "\n" * match.group().count("\n"), text, flags=re.M)


def kind_of(header):
    """What a brace opens, by the code in front of it."""
    if re.search(r"\bnamespace\b[^()]*$", header) or 'extern ""' in header:
        return "scope"
    if re.search(r"\b(class|struct|union|enum)\b[^()=]*$", header):
        return "scope"
    if "=" in re.sub(r"operator[=!<>+*/-]*=|\(.*\)", "", header, flags=re.S):
        return "value"
    if re.search(r"\)[^;]*:[^;]*\w$", header, re.S):
        return "member"  # a member's initializer: `: name_{`
    return "function" if ")" in header else "value"


def functions(text):
    """(name, first line, number of lines) of every function outside of other functions."""
    stack, header, line, header_line = [], "", 1, 1
    for char in strip_noise(text):
        if char == "\n":
            line += 1
        inside = any(kind != "scope" for kind, _, _ in stack)
        if char == "{":
            kind = "inner" if inside else kind_of(header)
            stack.append((kind, header, header_line))
        elif char == "}" and stack:
            kind, opened_by, first = stack.pop()
            if kind == "function":
                name = re.search(r"([\w:~]+|operator\W+)\s*\(", opened_by)
                yield (name.group(1) if name else "?", first, line - first + 1)
            if kind == "member":
                header, header_line = opened_by + "{}", first
            elif not inside or kind != "inner":
                header = ""
            continue
        if inside:
            continue
        if char in "{;":
            header = ""
        elif header or not char.isspace():
            if not header:
                header_line = line
            header += char


def length_faults(path, text, ratchet):
    lines = text.count("\n")
    yield from limit_fault(path, lines, FILE_LINES, ratchet, "the file")
    seen = {}
    for name, first, length in functions(text):
        seen[name] = max(seen.get(name, 0), length)
        if length > FUNCTION_LINES and f"{path}:{name}" not in ratchet:
            yield f"line {first}: {name} has {length} lines, more than {FUNCTION_LINES}"
    for name, length in seen.items():
        if f"{path}:{name}" in ratchet:
            yield from limit_fault(f"{path}:{name}", length, FUNCTION_LINES, ratchet, name)


def limit_fault(what, length, limit, ratchet, name):
    allowed = ratchet.get(what, limit)
    if length > allowed:
        yield f"{name} has {length} lines, more than {allowed}"
    elif what in ratchet and length <= limit:
        yield f"{name} has only {length} lines now: remove it from tests/tidy/ratchet.txt"
    elif length < allowed and what in ratchet:
        yield f"{name} has {length} lines now: lower it in tests/tidy/ratchet.txt"


def text_faults(path, text):
    code = path.endswith((".cc", ".h", ".py"))
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield f"line {number}: a tab"
        if code and len(line) > COLUMNS and 'R"' not in line:  # raw strings cannot be broken
            yield f"line {number}: {len(line)} columns, more than {COLUMNS}"
        if UNFINISHED.search(line):
            yield f"line {number}: unfinished work; do it or open an issue"
        if MACHINE_PATH.search(line):
            yield f"line {number}: a path of one machine"
    if path.endswith(".h") and len(re.findall(r"^#pragma once$", text, re.M)) != 1:
        yield "a header has `#pragma once` once"
    if text and not text.endswith("\n"):
        yield "the last line does not end"


def faults(path, text, ratchet=None):
    """All faults of one file; `path` is relative to the repository."""
    found = list(text_faults(path, text)) + list(table_faults(path, text))
    if path.endswith((".cc", ".h")):
        found += include_faults(path, text)
        found += length_faults(path, text, ratchet or {})
    return [f"{path}: {fault}" for fault in found]


def read_ratchet(text):
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {what: int(lines) for what, lines in rows}


def stale_rows(ratchet, root):
    return [f"tests/tidy/ratchet.txt: {what}: there is no such file" for what in ratchet
            if not (root / what.split(":")[0]).is_file()]


CHECKED = (".cc", ".h", ".py", ".md", ".txt", ".cmake", ".in", ".yml")
FOLDERS = ("src", "tests", "bench", "cmake", "docs", "scenarios", ".ci", ".github")


def files(root):
    found = [path for path in root.iterdir() if path.is_file() and (path.suffix in CHECKED or path.name == "dev")]
    for folder in FOLDERS:
        found += [path for path in (root / folder).rglob("*") if path.suffix in CHECKED and path.is_file()]
    return sorted(path for path in found if "corpus" not in path.parts)


def main():
    root = Path(sys.argv[1]).resolve()
    ratchet = read_ratchet((root / "tests/tidy/ratchet.txt").read_text())
    found = stale_rows(ratchet, root) + list(page_faults((root / "docs/architecture.md").read_text(encoding="utf-8")))
    header = root / "src/metrics/doubt.h"
    others = [path.read_text(encoding="utf-8") for path in (root / "src").rglob("*.cc")]
    found += doubt_faults(header.read_text(encoding="utf-8"),
                          (root / "docs/validity.md").read_text(encoding="utf-8"), others)
    checked = files(root)
    for path in checked:
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        found += faults(name, text, ratchet)
        found += integer_faults(name, text, root)
    print("\n".join(found))
    print(f"{len(checked)} files, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
