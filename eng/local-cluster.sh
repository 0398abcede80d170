#!/usr/bin/env bash
# A cluster of separate processes on loopback addresses with mTLS on every connection: 1 metad, 3 storageds with two data paths
# each, 1 graphd, an agent beside each. To be sourced, from the project's folder, by a script that sets work: an empty folder for
# everything, with a folder backups for local stores. Two of these cannot run at once.

net=127.0.1 metad=127.0.1.1:9559 graphd=127.0.1.5:9669
agents=()

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '$ %s %s\n' "$(basename "$1")" "${*:2}"; "$@"; }

# Builds the programs and says where they are.
build_programs() {
  for project in Dev Br Agent Certs; do dotnet build "src/NebulaKeep.$project" -c Release -v quiet --nologo -clp:NoSummary; done
  local bin=$PWD/artifacts/bin
  br=$bin/NebulaKeep.Br/release/br-ent agent=$bin/NebulaKeep.Agent/release/agent
  certs=$bin/NebulaKeep.Certs/release/nebula-certs dev=$bin/NebulaKeep.Dev/release/nebula-dev
}

stop_cluster() {
  [ "${#agents[@]}" = 0 ] || kill "${agents[@]}" 2>/dev/null || true
  local file
  for file in "$work"/cluster/*/pids/*.pid; do
    if [ -s "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
  done
  wait 2>/dev/null || true
}

ngql() { "$dev" ngql --graphd "$graphd" "$@"; }

# Waits until a statement's answer has a line that matches; daemons and agents need a heartbeat or two.
until_shown() {
  local pattern=$1 count=$2 tries
  for tries in $(seq 120); do
    [ "$(ngql -e "$3" 2>/dev/null | grep -c "$pattern")" -ge "$count" ] && return
    sleep 0.5
  done
  echo "'$3' never showed $count lines with $pattern:" >&2; ngql -e "$3" >&2; return 1
}

start_cluster() {
  local role address root i
  export CA_CERT_PATH=$work/certs/ca.crt CLIENT_CERT_PATH=$work/certs/client.crt CLIENT_KEY_PATH=$work/certs/client.key
  say "Certificates: a private CA, one server and one client certificate"
  run "$certs" issue --out "$work/certs" --ca-dir "$work/ca" $(for i in 1 2 3 4 5; do echo --server-name "$net.$i"; done) --client-name demo

  say "A cluster of separate processes: 1 metad, 3 storaged with two data paths each, 1 graphd, 5 agents; mTLS everywhere"
  "$dev" layout --root "$work/cluster" --certs "$work/certs" --metad "$net.1" \
    --storaged "$net.2" --storaged "$net.3" --storaged "$net.4" --graphd "$net.5" > "$work/layout"
  while read -r role address root; do
    (cd "$root" && "bin/nebula-$role" --flagfile "etc/nebula-$role.conf")
    echo "nebula-$role on $address"
  done < "$work/layout"
  for i in 1 2 3 4 5; do
    "$agent" "--agent=$net.$i:8888" "--meta=$metad" --hbs=1 --enable_ssl "--store_roots=$work/backups" > "$work/agent$i.log" 2>&1 &
    agents+=($!)
  done

  local hosts="\"$net.2\":9779, \"$net.3\":9779, \"$net.4\":9779"
  until_shown . 1 'SHOW HOSTS GRAPH'
  ngql -e "ADD HOSTS $hosts"
  until_shown ONLINE 3 'SHOW HOSTS STORAGE'
  until_shown ONLINE 5 'SHOW HOSTS AGENT'
  run "$dev" ngql --graphd "$graphd" -e 'SHOW HOSTS' -e 'SHOW HOSTS AGENT'
}
