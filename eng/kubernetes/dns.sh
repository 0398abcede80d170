#!/usr/bin/env bash
# Feeds the cluster's DNS: dnsmasq answers from a file of hosts that follows Services and Endpoints (CoreDNS is in no Debian release).
#   SERVICE.NAMESPACE.svc.cluster.local           the Service's address; of a headless one, every address of its pods
#   HOST.SERVICE.NAMESPACE.svc.cluster.local      the pod of that host name (pods of StatefulSets)
# usage: dns.sh RUN_FOLDER      runs as long as the dnsmasq that node.sh started; KUBECONFIG is an administrator's
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
run=${1:?dns.sh RUN_FOLDER} hosts=$1/dns.hosts watch=
read -r server _ <"$run/pids/dnsmasq"
trap 'kill $watch 2>/dev/null; exit 0' TERM INT

services='{{range .items}}S {{.metadata.namespace}} {{.metadata.name}} {{.spec.clusterIP}}{{"\n"}}{{end}}'
endpoints='{{range .items}}{{$m := .metadata}}{{range .subsets}}{{range .addresses}}E {{$m.namespace}} {{$m.name}} {{.ip}} {{or .hostname "-"}}
{{end}}{{end}}{{end}}'

refresh() {
  { kubectl get services -A -o "go-template=$services" && kubectl get endpoints -A -o "go-template=$endpoints"; } 2>/dev/null |
    awk '{ name = $3 "." $2 ".svc.cluster.local" }
         $1 == "S" { service[name] = $4; if ($4 ~ /^[0-9]/) print $4, name }
         $1 == "E" { if (service[name] == "None") print $4, name; if ($5 != "-") print $4, $5 "." name }' >"$hosts.new"
  cmp -s "$hosts" "$hosts.new" || { cp "$hosts.new" "$hosts"; kill -HUP "$server"; }
}

# At every change of Endpoints, and every 5 s for what changes none and to start the watch again.
while kill -0 "$server" 2>/dev/null; do
  exec 3< <(exec kubectl get endpoints -A --watch --no-headers 2>/dev/null)
  watch=$!
  while :; do
    code=0
    read -r -t 5 _ <&3 || code=$?
    [ "$code" -eq 0 ] || [ "$code" -gt 128 ] || break        # below 128: the watch has ended
    while read -r -t 0.05 _ <&3; do :; done                  # a burst is one refresh
    refresh
  done
  kill "$watch" 2>/dev/null
  sleep 1
done
