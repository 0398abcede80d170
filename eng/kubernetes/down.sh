#!/usr/bin/env bash
# Ends a cluster that up.sh started: exactly its processes, known by number and start time, and what a node changed on this machine.
# May be run again.
# usage: down.sh RUN_FOLDER [--keep-logs]    removes the folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
[ $# -ge 1 ] || fail "usage: down.sh RUN_FOLDER [--keep-logs]"
run=$1 pids=$1/pids
. "$here/processes.sh"

# Volumes and root file systems still mounted, network namespaces, control groups, and the network.
clean_node() {
  awk -v d="$run/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount -l || true
  local space
  for space in /run/netns/cni-*; do [ ! -e "$space" ] || ip netns del "${space##*/}" || true; done
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null || true
  "$here/network.sh" down "$run"
  rm -f "$run/node"
}

# The folders of its volumes, asked for while the API server still answers.
volumes=$(kubectl --kubeconfig "$run/admin.kubeconfig" --request-timeout 3s get pv \
  -o 'jsonpath={range .items[*]}{.spec.hostPath.path}{"\n"}{end}' 2>/dev/null | grep '^/tmp/hostpath_pv/' || true)
# Whoever starts containers goes first.
for name in kube-controller-manager kube-scheduler kubelet kube-proxy dns dnsmasq; do stop "$name"; done
[ ! -e "$run/node" ] || end_containers
for name in containerd registry kube-apiserver etcd; do stop "$name"; done
[ ! -e "$run/node" ] || clean_node
[ -z "$volumes" ] || xargs -d '\n' rm -rf <<<"$volumes"
if [ "${2-}" = --keep-logs ]; then rm -rf "$pids" "$run/etcd" "$run/pki" "$run"/*.kubeconfig "$run"/registry* "$run"/containerd-root; else rm -rf "$run"; fi
log "ended"
