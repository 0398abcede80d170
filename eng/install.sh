#!/usr/bin/env bash
# Installs the Debian packages that a task needs and that are missing; asks nothing.
# usage: eng/install.sh demo | test | bench
set -euo pipefail

packages_for() {
  case "$1" in
    demo)  echo librocksdb7.8 ;;
    test)  echo librocksdb7.8 ceph-mon ceph-osd radosgw ceph-common openssl curl zstd ;;
    bench) echo librocksdb7.8 ceph-mon ceph-osd radosgw ceph-common openssl curl rclone restic ;;
    *)     echo "usage: $0 demo|test|bench" >&2; return 2 ;;
  esac
}

missing() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else echo "Installing needs root: run 'apt-get install ${wanted[*]}' as root, then again." >&2; return 1
  fi
}

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: install it first (dotnet --version)." >&2; exit 1; }
list=$(packages_for "${1:-}")
read -ra needed <<<"$list"
mapfile -t wanted < <(missing "${needed[@]}")
[ "${#wanted[@]}" -gt 0 ] || exit 0

echo "Installing ${wanted[*]} …"
export DEBIAN_FRONTEND=noninteractive
as_root apt-get update -qq
as_root apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
