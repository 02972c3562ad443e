#!/usr/bin/env python3
"""Puts a report of hitbench into a comment on the pull request of a GitHub workflow, in place of the one before.

comment.py REPORT.md KEY: a hidden line with KEY tells comments of several gates apart. Reads what GitHub Actions sets:
GITHUB_TOKEN (needs pull-requests: write), GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH.
"""
import json
import os
import pathlib
import sys
import urllib.error
import urllib.request

LONGEST = 65_536  # characters of a comment


def api(method, path, content=None):
    request = urllib.request.Request(
        os.environ.get("GITHUB_API_URL", "https://api.github.com") + path,
        method=method,
        data=None if content is None else json.dumps(content).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": "Bearer " + os.environ["GITHUB_TOKEN"],
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def comments(issue):
    page = 1
    while found := api("GET", f"{issue}/comments?per_page=100&page={page}"):
        yield from found
        page += 1


def main():
    report, key = pathlib.Path(sys.argv[1]), sys.argv[2]
    event = json.loads(pathlib.Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    if "pull_request" not in event or not report.exists():
        print("comment.py: no pull request, or nothing was gated: no comment")
        return
    marker = f"<!-- hitbench: {key} -->"
    cut = "\n\n(cut: the artifacts have all of it)\n"
    body = marker + "\n" + report.read_text(encoding="utf-8")
    if len(body) > LONGEST:
        body = body[: LONGEST - len(cut)] + cut
    repository = "/repos/" + os.environ["GITHUB_REPOSITORY"]
    issue = f"{repository}/issues/{event['pull_request']['number']}"
    try:
        old = next((one for one in comments(issue) if one["body"].startswith(marker)), None)
        if old:
            api("PATCH", f"{repository}/issues/comments/{old['id']}", {"body": body})
        else:
            api("POST", f"{issue}/comments", {"body": body})
    except urllib.error.HTTPError as error:
        # The token of a pull request from a fork may only read. The verdict is the gate's, not ours.
        print(f"::warning title=hitbench::no comment: {error}")


main()
