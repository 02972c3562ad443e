#!/bin/sh
# Did a change make the configuration of a cache worse? For any CI system with git.
#
#   gate.sh SCENARIO                       the SCENARIO of this commit against that of the branch it goes to
#   gate.sh SCENARIO --watch redis.conf    the same, where a file that the scenario names may have changed, too
#   gate.sh SCENARIO ARGUMENTS             hitbench gate SCENARIO ARGUMENTS: such as --candidate caches.0.entries=5000
#
# --watch FILE, as often as you like: a change of any watched file is gated, each side with its own version of it.
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

[ $# -gt 0 ] || fail "usage: gate.sh SCENARIO [--watch FILE]... [ARGUMENTS of hitbench gate]"
scenario=$1
shift
[ -f "$scenario" ] || fail "$scenario: no such file"
out=${HITBENCH_OUT:-.}

# What is watched, one file a line; the other arguments are the gate's.
watched=
names_a_side=no
left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  case $argument in
    --watch)
      [ "$left" -gt 0 ] || fail "--watch needs a file"
      argument=--watch=$1
      shift
      left=$((left - 1))
      ;;
    --base* | --candidate* | --aa) names_a_side=yes ;;
  esac
  case $argument in
    --watch=*)
      watched="$watched${argument#--watch=}
"
      ;;
    *) set -- "$@" "$argument" ;;
  esac
done

# Where a file stands in its repository, whether it is still there or not: git knows it by that name.
place_of() {
  file=$(readlink -f -- "$1") || fail "$1: no such folder"
  case $file in
    "$top"/*) printf '%s\n' "${file#"$top"/}" ;;
    *) fail "$1 is not in the repository of $scenario" ;;
  esac
}

# The name that a file had in the base, if it was moved since: then it is compared like any other.
name_in_base() {
  if git -C "$top" cat-file -e "$base:$1" 2>/dev/null; then
    printf '%s\n' "$1"
  else
    git -C "$top" -c core.quotePath=false diff -M --diff-filter=R --name-status "$base" |
      awk -F '\t' -v name="$1" '$3 == name { print $2 }'
  fi
}

# The base's files lie in a copy of the checkout that is made of links, so that whatever the scenario names is found.
# This makes a folder of it a real one.
open_folder() {
  [ "$1" = . ] && return
  open_folder "$(dirname "$1")"
  if [ -d "$copy/$1" ] && [ ! -L "$copy/$1" ]; then return; fi
  rm -f "$copy/$1"
  mkdir "$copy/$1"
  [ ! -d "$top/$1" ] || find "$top/$1" -mindepth 1 -maxdepth 1 -exec ln -s {} "$copy/$1/" \;
}

# Puts the base's version of a file there; "changed" if it is another.
put_base() {
  open_folder "$(dirname "$1")"
  rm -f "$copy/$1"
  before=$(name_in_base "$1")
  [ -z "$before" ] || git -C "$top" show "$base:$before" >"$copy/$1"
  if [ -e "$copy/$1" ] && [ -e "$top/$1" ]; then
    cmp -s "$copy/$1" "$top/$1" || echo changed
  elif [ -e "$copy/$1" ] || [ -e "$top/$1" ]; then
    echo changed
  fi
}

if [ "$names_a_side" = yes ]; then
  [ -z "$watched" ] || fail "--watch compares with another commit: leave it out, or --base, --candidate and --aa"
  set -- "$scenario" "$@"
else
  if [ -n "${HITBENCH_BASE:-}" ]; then
    base=$HITBENCH_BASE
  elif [ -n "${GITHUB_BASE_REF:-}" ]; then
    base=origin/$GITHUB_BASE_REF
  else
    base=${CI_MERGE_REQUEST_DIFF_BASE_SHA:-HEAD~1}
  fi
  # Wherever the scenario is named from, through a link too.
  file=$(readlink -f -- "$scenario")
  top=$(git -C "$(dirname "$file")" rev-parse --show-toplevel 2>/dev/null) || fail "$scenario is in no git repository"
  git -C "$top" rev-parse --verify --quiet "$base^{commit}" >/dev/null ||
    fail "there is no commit $base here: fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0)"
  name=$(place_of "$scenario")
  if [ -z "$(name_in_base "$name")" ]; then
    echo "$scenario is new since $base: there is nothing to compare it with"
    exit 0
  fi
  # Beside the repository, so that paths that lead out of it still do; where that cannot be written, anywhere.
  copy=$(mktemp -d "$(dirname "$top")/.hitbench-base.XXXXXX" 2>/dev/null || mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  find "$top" -mindepth 1 -maxdepth 1 ! -name .git -exec ln -s {} "$copy/" \;
  changes=$(put_base "$name")
  set -f
  IFS='
'
  for file in $watched; do
    place=$(place_of "$file")
    [ -e "$file" ] || [ -n "$(name_in_base "$place")" ] || fail "$file: no such file, neither here nor in $base"
    changes=$changes$(put_base "$place")
  done
  unset IFS
  set +f
  if [ -z "$changes" ]; then
    echo "$scenario is unchanged since $base${watched:+, and so is what is watched}: there is nothing to compare"
    exit 0
  fi
  set -- --base-scenario "$copy/$name" --candidate-scenario "$scenario" "$@"
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
