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

# Where the scenario stands in its repository: git knows it by that name.
place_of() {
  file=$(readlink -f -- "$1") || fail "$1: no such folder"
  case $file in
    "$top"/*) printf '%s\n' "${file#"$top"/}" ;;
    *) fail "$1 is not in the repository of $scenario" ;;
  esac
}

# The names of a watched file in the repository, one a line, whether it is still there or not: as it was given, and what
# links on the way make of that. A scenario may use any of them.
places_of() {
  for file in "$(realpath -ms -- "$1")" "$(realpath -m -- "$(dirname -- "$1")")/$(basename -- "$1")" \
    "$(realpath -m -- "$1")"; do
    case $file in "$top"/*) printf '%s\n' "${file#"$top"/}" ;; esac
  done | sort -u
}

# What the base has under a name, through links: "blob ID"; or "symlink SIZE" and, in a line of its own, where it leads,
# if that is outside of the repository.
in_base() {
  printf '%s\n' "$base:$1" |
    git -C "$top" cat-file --batch-check='%(objecttype) %(objectname)' --follow-symlinks
}

# The name that a file had in the base, if it was moved since: then it is compared like any other.
name_in_base() {
  case $(in_base "$1") in
    "blob "* | "symlink "*) printf '%s\n' "$1" ;;
    *)
      git -C "$top" -c core.quotePath=false diff -M --diff-filter=R --name-status "$base" |
        awk -F '\t' -v name="$1" '$3 == name { print $2 }'
      ;;
  esac
}

# The base's files lie in a copy of the checkout that is made of links, so that whatever the scenario names is found.
# This makes a folder of it a real one.
open_folder() {
  [ "$1" = . ] && return
  open_folder "$(dirname "$1")"
  if [ -d "$copy/$1" ] && [ ! -L "$copy/$1" ]; then return; fi
  rm -f "$copy/$1"
  mkdir "$copy/$1"
  [ ! -d "$top/$1" ] || find "$top/$1/" -mindepth 1 -maxdepth 1 -exec ln -s {} "$copy/$1/" \;
}

# Puts the base's version of a file there, and under the name that it had in the base; "changed" if it is another. What
# the base does not have under either is what it has under $2.
put_base() {
  before=$(name_in_base "$1")
  [ -n "$before" ] || before=$2
  for at in "$1" ${before:+"$before"}; do
    open_folder "$(dirname "$at")"
    rm -f "$copy/$at"
    [ -n "$before" ] || continue
    object=$(in_base "$before")
    case $object in
      "blob "*) git -C "$top" cat-file blob "${object#blob }" >"$copy/$at" ;;
      *"
/"*) ln -s "${object#*
}" "$copy/$at" ;;
      *) ln -s "$top/${object#*
}" "$copy/$at" ;;
    esac
  done
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
  # Alongside the repository, so that paths that lead out of it still do; where that cannot be written, anywhere.
  copy=$(mktemp -d "$(dirname "$top")/.hitbench-base.XXXXXX" 2>/dev/null || mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  find "$top" -mindepth 1 -maxdepth 1 ! -name .git -exec ln -s {} "$copy/" \;
  changes=$(put_base "$name" "")
  set -f
  IFS='
'
  for file in $watched; do
    [ ! -d "$file" ] || fail "--watch $file: that is a folder; name its files"
    places=$(places_of "$file")
    [ -n "$places" ] || fail "$file is not in the repository of $scenario"
    before=
    for place in $places; do before=$(name_in_base "$place" | grep . || printf '%s\n' "$before"); done
    [ -e "$file" ] || [ -n "$before" ] || fail "$file: no such file, neither here nor in $base"
    for place in $places; do changes=$changes$(put_base "$place" "$before"); done
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
