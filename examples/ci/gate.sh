#!/bin/sh
# Did a change make the configuration of a cache worse? For any CI system with git.
#
#   gate.sh SCENARIO              the SCENARIO of this commit against that of the branch it goes to
#   gate.sh SCENARIO ARGUMENTS    hitbench gate SCENARIO ARGUMENTS: for example --candidate caches.0.entries=5000
#
# It stays in its checkout of hitbench, which it builds (Debian 12, Ubuntu) unless a hitbench is on the PATH. The report
# goes to stdout and, as hitbench.json, hitbench.xml (JUnit) and hitbench.md (a comment), to $HITBENCH_OUT or here. The
# exit code is that of the gate: 0 no regression was found, 3 a regression, 4 nothing can be said.
#
# The base is $HITBENCH_BASE (a branch or commit), or what GitHub or GitLab say, or the commit before.
set -eu

fail() {
  echo "gate.sh: $*" >&2
  exit 2
}

[ $# -gt 0 ] || fail "usage: gate.sh SCENARIO [ARGUMENTS of hitbench gate]"
scenario=$1
shift
[ -f "$scenario" ] || fail "$scenario: no such file"
out=${HITBENCH_OUT:-.}

names_a_side=no
for argument in "$@"; do
  case $argument in --base* | --candidate* | --aa) names_a_side=yes ;; esac
done

if [ "$names_a_side" = yes ]; then
  set -- "$scenario" "$@"
else
  if [ -n "${HITBENCH_BASE:-}" ]; then
    base=$HITBENCH_BASE
  elif [ -n "${GITHUB_BASE_REF:-}" ]; then
    base=origin/$GITHUB_BASE_REF
  else
    base=${CI_MERGE_REQUEST_DIFF_BASE_SHA:-HEAD~1}
  fi
  # Wherever the scenario is named from, through a link too: git knows it by its place in its repository.
  file=$(readlink -f -- "$scenario")
  folder=$(dirname "$file")
  top=$(git -C "$folder" rev-parse --show-toplevel 2>/dev/null) || fail "$scenario is in no git repository"
  name=$(git -C "$folder" rev-parse --show-prefix)$(basename "$file")
  git -C "$top" rev-parse --verify --quiet "$base^{commit}" >/dev/null ||
    fail "there is no commit $base here: fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0)"
  if ! git -C "$top" cat-file -e "$base:$name" 2>/dev/null; then
    # Its name of before, if it was moved: then it is compared like any other.
    moved=$(git -C "$top" -c core.quotePath=false diff -M --diff-filter=R --name-status "$base" |
      awk -F '\t' -v name="$name" '$3 == name { print $2 }')
    if [ -z "$moved" ]; then
      echo "$scenario is new since $base: there is nothing to compare it with"
      exit 0
    fi
    name=$moved
  fi
  # Alongside the scenario, so that files it names are found.
  before=$(mktemp "$folder/.hitbench-base.XXXXXX")
  trap 'rm -f "$before"' EXIT
  git -C "$top" show "$base:$name" >"$before"
  if cmp -s "$before" "$file"; then
    echo "$scenario is unchanged since $base: there is nothing to compare"
    exit 0
  fi
  set -- --base-scenario "$before" --candidate-scenario "$scenario" "$@"
fi

if ! command -v hitbench >/dev/null; then
  home=$(cd "$(dirname "$0")/../.." && pwd)
  "$home/dev" run --version >&2
  PATH=$home/build/release:$PATH
fi

mkdir -p "$out"
rm -f "$out/hitbench.md"
if [ "${GITHUB_ACTIONS:-}" = true ]; then set -- "$@" --export github=-; fi
code=0
hitbench gate "$@" --export "json=$out/hitbench.json" --export "junit=$out/hitbench.xml" \
  --export "markdown=$out/hitbench.md" || code=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$out/hitbench.md" ]; then
  cat "$out/hitbench.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
