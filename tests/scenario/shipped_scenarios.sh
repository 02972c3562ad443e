#!/bin/sh
# Every shipped scenario, and every one behind a figure of the documents, passes `hitbench check`.
# Arguments: the binary, the repository.
set -eu
for scenario in "$2"/scenarios/*.json "$2"/docs/figures/*.json; do
  "$1" check "$scenario" >/dev/null
done
