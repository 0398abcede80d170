#!/usr/bin/env bash
# Puts an image archive into the registry of a cluster that `up.sh --node` started.
# usage: push.sh RUN_FOLDER ARCHIVE.tar HOST/NAME:TAG       HOST is one of the hosts whose images the node takes from this registry
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ $# -eq 3 ] || fail "usage: push.sh RUN_FOLDER ARCHIVE.tar HOST/NAME:TAG"
run=$1 archive=$2 name=$3
# A namespace of its own, not the kubelet's: pods have to pull. One base name for each push, because several may run at once.
images() { ctr -a "$run/containerd.sock" -n "push-$$" images "$@"; }
images import --base-name pushed "$archive" >/dev/null
mapfile -t loaded < <(images ls -q)
images push --plain-http --user "$registry_user:$(cat "$run/registry.password")" "$registry_address/${name#*/}" "${loaded[0]}" >/dev/null
images rm "${loaded[@]}" >/dev/null
