#!/bin/sh
# .ci/count.awk over what ctest prints. Arguments: the repository.
set -eu

expect() {
  got=$(printf '%b' "$2" | awk -f "$1/.ci/count.awk")
  [ "$got" = "$3" ] || { echo "counted '$got', not '$3' in: $2"; exit 1; }
}

expect "$1" 'no test\n' '0 0 0 0'
expect "$1" '100% tests passed, 0 tests failed out of 7\n' '7 0 0 0'
expect "$1" '50% tests passed, 2 tests failed out of 4\n\n75% tests passed, 1 tests failed out of 4\n' '5 3 0 0'
listed='100% tests passed, 0 tests failed out of 7\n\nThe following tests did not run:\n\t  3 - Servers.redis (Skipped)\n'
listed=$listed'\t  4 - Keys.ReadTheSharedTraces (Skipped)\n\t  5 - DISABLED_Victim.Starts (Disabled)\n\n'
expect "$1" "$listed" '5 0 2 1'
failed='The following tests FAILED:\n\t  9 - A.b - c (Timeout)\n\t 12 - S.x (Failed) unit\n\n 3 - not listed\n'
expect "$1" "$listed$failed$listed" '10 0 4 2
failed: A.b - c (Timeout)
failed: S.x (Failed) unit'
expect "$1" "$listed"'The following tests FAILED:\n\t  9 - A.b (Skipped)\n' '5 0 2 1
failed: A.b (Skipped)'
stress='FAILED: case 12 (user), exit code 0\n  a key is left\nstress: 40 passed, 1 failed\n'
expect "$1" "$listed--- check stress\n$stress--- check stress: FAILED after 120 s\n" '45 1 2 1
failed: stress case 12 (user), exit code 0'
expect "$1" "--- check clang\n$stress$listed" '5 0 2 1'
