#!/usr/bin/env bash
# Builds hitbench on Debian 13 and runs its tests there, whatever Debian this machine has: `./dev check debian13`. The
# system comes from the machine's own Debian mirror and lives in a folder under build/, which is removed afterwards
# (about 3 GB); DEBIAN13_DIR=FOLDER keeps it there for the next run. CXXFLAGS reaches the compiler of a fresh build.
#
# What is mounted is mounted in a mount namespace of our own, and all that runs in the chroot is in a PID namespace. When
# the first process there ends, in whatever way, the kernel ends the others and takes the mounts away; nobody outside
# ever sees a mount. So removing the folder never reaches anything but the folder.
set -euo pipefail

self=$(readlink -f "${BASH_SOURCE[0]}")
root=$(cd "$(dirname "$self")/../.." && pwd)

say() { printf 'debian13: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# The first Debian mirror in the machine's lists of sources, which have two forms (sources.list(5)).
mirror() {
  find /etc/apt -name '*.list' -print -o -name '*.sources' -print 2>/dev/null | sort | xargs -r cat |
    sed -nE 's#^(deb +(\[[^]]*\] +)?|URIs: *)(https?://[^ ]+/debian)/?( .*)?$#\3#p' | sed -n 1p
}

check_machine() {
  ((EUID == 0)) || fail "needs root for debootstrap and chroot: run it with sudo."
  command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
  [[ -n $(mirror) ]] || fail "needs a Debian mirror, and /etc/apt/sources.list* names none that ends in /debian."
}

make_system() {
  local log=$root/build/logs/debian13.log source
  if [[ -e $1/etc/hitbench-debian13 ]]; then return; fi
  [[ -z $(ls -A "$1") ]] || fail "$1 is neither empty nor a Debian 13 that this check has made: remove it, or name another."
  source=$(mirror)
  say "making a Debian 13 from $source in $1"
  if ! debootstrap --variant=minbase trixie "$1" "$source" >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    fail "debootstrap could not make a Debian 13 from $source; the whole output: $log"
  fi
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$1/etc/hosts"
  touch "$1/etc/hitbench-debian13"
}

# Leaves build/ of the run before; git's own files stay outside, so the program's revision is "unknown".
copy_sources() {
  mkdir -p "$1/hitbench"
  find "$1/hitbench" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  git -C "$root" ls-files -z --cached --others --exclude-standard |
    tar -c -C "$root" --no-recursion --null --files-from=- | tar -x -C "$1/hitbench" --no-same-owner
}

# Runs as the first process of the namespaces. The tests read /proc; what processes share is in /dev/shm.
inside() {
  make_system "$1"
  copy_sources "$1"
  mount -t proc proc "$1/proc"
  mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
  mkdir -p "$1/dev/pts"  # terminals of its own, for tests that look at one
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
  ln -sfn pts/ptmx "$1/dev/ptmx"
  # Bash lets what runs in the background ignore SIGINT, which tests send.
  exec env -i --default-signal=INT,QUIT PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CXXFLAGS="${CXXFLAGS:-}" \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" chroot "$1" /hitbench/dev test
}

namespace=""
folder=""

# The child of unshare is the first process of the namespaces; it is gone only when all others are.
end_namespace() {
  if [[ -n $namespace ]]; then
    pkill -KILL -P "$namespace" || kill -KILL "$namespace" || true
    wait "$namespace" || true
  fi
  if [[ -n $folder && -z ${DEBIAN13_DIR:-} ]]; then rm -rf --one-file-system "$folder"; fi
}

outside() {
  check_machine
  mkdir -p "$root/build/logs"
  folder=${DEBIAN13_DIR:-$(mktemp -d "$root/build/debian13.XXXXXX")}
  mkdir -p "$folder"
  # In the background, since bash answers a signal only when what it runs in the foreground has ended.
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child "$self" --inside "$(readlink -f "$folder")" &
  namespace=$!
  local status=0
  wait "$namespace" || status=$?
  namespace=""
  return "$status"
}

trap 'exit 130' INT
trap 'exit 143' TERM
if [[ ${1:-} == --inside ]]; then
  inside "$2"
else
  trap end_namespace EXIT
  outside
fi
