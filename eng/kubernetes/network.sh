#!/usr/bin/env bash
# The pods' network: a bridge whose own address is the node's and the API server's, so that no interface of the machine is touched.
# usage: network.sh up RUN_FOLDER | down RUN_FOLDER
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run=${2:?network.sh up|down RUN_FOLDER}
saved=$run/sysctl.saved
# What the kubelet and this script set; down puts the old values back.
settings=(net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.ipv4.conf.all.route_localnet vm.overcommit_memory vm.panic_on_oom
          kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes)

case $1 in
up)
  for name in "${settings[@]}"; do sysctl -e "$name"; done >"$saved"
  ip link add "$bridge" type bridge
  ip addr replace "$node_address/${pod_subnet#*/}" dev "$bridge"
  ip link set "$bridge" up
  sysctl -qw net.ipv4.ip_forward=1
  # Absent where bridges do not pass iptables at all.
  sysctl -eqw net.bridge.bridge-nf-call-iptables=1
  ;;
down)
  # kube-proxy's and the kubelet's chains begin with KUBE-, those of the network plugins with CNI-.
  for tables in iptables ip6tables; do
    "$tables-save" 2>/dev/null | sed '/KUBE-/d; /CNI-/d' | "$tables-restore" || true
  done
  ip link del "$bridge" 2>/dev/null || true
  [ ! -e "$saved" ] || { sysctl -eqp "$saved" >/dev/null || true; rm "$saved"; }
  ;;
*) fail "usage: network.sh up|down RUN_FOLDER" ;;
esac
