#!/bin/sh
# Every shipped scenario passes `hitbench check`. Arguments: the binary, the repository.
set -eu
for scenario in "$2"/scenarios/*.json; do
  "$1" check "$scenario" >/dev/null
done
