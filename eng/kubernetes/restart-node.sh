#!/usr/bin/env bash
# What a reboot does to a node of `up.sh --node`: the kubelet and every container stop at once, then containerd and the kubelet start again.
# usage: restart-node.sh RUN_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
[ -e "${1:?usage: restart-node.sh RUN_FOLDER}/node" ] || fail "$1 is no cluster with a node"
run=$(cd "$1" && pwd) pki=$run/pki logs=$run/logs pids=$run/pids
. "$here/processes.sh"
. "$here/node.sh"
export KUBECONFIG=$run/admin.kubeconfig

stop kubelet
end_containers
stop containerd
start_containerd
start_kubelet
wait_for 120 "the node" node_is_ready
