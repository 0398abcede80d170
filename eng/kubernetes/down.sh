#!/usr/bin/env bash
# Ends a cluster that up.sh started: exactly its processes, known by number and start time. May be run again.
# usage: down.sh RUN_FOLDER [--keep-logs]    removes the folder
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ $# -ge 1 ] || fail "usage: down.sh RUN_FOLDER [--keep-logs]"
run=$1 pids=$1/pids

running() {
  local pid since
  [ -e "$pids/$1" ] && read -r pid since <"$pids/$1" && [ -n "$since" ] && [ "$(started_at "$pid")" = "$since" ] && echo "$pid"
}

stop() {
  local name=$1 pid
  if pid=$(running "$name"); then
    kill "$pid" || true
    for _ in {1..50}; do running "$name" >/dev/null || break; sleep 0.1; done
    ! pid=$(running "$name") || kill -9 "$pid" || true
  fi
  rm -f "$pids/$name"
}

# The folders of its volumes, asked for while the API server still answers.
volumes=$(kubectl --kubeconfig "$run/admin.kubeconfig" --request-timeout 3s get pv \
  -o 'jsonpath={range .items[*]}{.spec.hostPath.path}{"\n"}{end}' 2>/dev/null | grep '^/tmp/hostpath_pv/' || true)
for name in kube-controller-manager kube-scheduler kube-apiserver etcd; do stop "$name"; done
[ -z "$volumes" ] || xargs -d '\n' rm -rf <<<"$volumes"
if [ "${2-}" = --keep-logs ]; then rm -rf "$pids" "$run/etcd" "$run/pki" "$run"/*.kubeconfig; else rm -rf "$run"; fi
log "ended"
