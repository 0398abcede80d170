#!/usr/bin/env bash
# Starts a NebulaGraph cluster of separate processes with mTLS on every connection, loads a graph, backs it up, destroys it,
# restores it and compares every vertex and edge.
#   ./demo.sh                    backs up to a local folder
#   ./demo.sh --s3 s3://b/path   backs up to S3; AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL as usual
#   ./demo.sh --keep             leaves the cluster running and says how to reach and how to end it
# NEBULAKEEP_DEMO_VERTICES and NEBULAKEEP_DEMO_EDGES change the size of the graph.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

keep='' store=''
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) keep=yes ;;
    --s3)   store=${2:?--s3 needs a bucket, for example s3://bucket/path}; shift ;;
    *)      sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done

# shellcheck source=eng/local-cluster.sh
. eng/local-cluster.sh

say "Installing what is missing, building"
eng/install.sh demo
build_programs

work=$(mktemp -d /tmp/nebulakeep-demo-XXXXXX)
mkdir "$work/backups"
: "${store:=local://$work/backups}"

finish() {
  local status=$?
  trap - EXIT INT TERM
  if [ -n "$keep" ] && [ "$status" = 0 ]; then return; fi
  [ "$status" = 0 ] || { echo "The demo failed; logs are in $work/cluster/*/logs and $work/*.log" >&2; stop_cluster; exit "$status"; }
  stop_cluster
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

start_cluster

say "A graph in two spaces"
"$dev" load --graphd "$graphd" --vertices "${NEBULAKEEP_DEMO_VERTICES:-100000}" --edges "${NEBULAKEEP_DEMO_EDGES:-200000}"
"$dev" digest --metad "$metad" | tee "$work/before"

say "A full backup"
run "$br" backup full --meta "$metad" --storage "$store" --enable-ssl
run "$br" show --storage "$store"
name=$("$br" show --storage "$store" --output json | grep -o 'BACKUP_[0-9_]*' | sort | tail -n 1)

say "Disaster: both spaces are dropped"
ngql -e 'DROP SPACE social' -e 'DROP SPACE network'
echo "spaces left: $(ngql -e 'SHOW SPACES' | tail -n +2 | wc -l)"

say "The restore"
run "$br" restore full --meta "$metad" --storage "$store" --name "$name" --enable-ssl
"$dev" digest --metad "$metad" | tee "$work/after"

count() { awk -v key="$1=" '{ for (i = 1; i <= NF; i++) if (index($i, key) == 1) n += substr($i, length(key) + 1) } END { print n + 0 }' "$work/after"; }
same=no
if [ -s "$work/before" ] && cmp -s "$work/before" "$work/after"; then same=yes; fi
say "Summary"
echo "backup:   $name in $store"
echo "vertices: $(count vertices)"
echo "edges:    $(count edges)"
echo "restored data identical: $same"
if [ "$same" = no ]; then exit 1; fi

if [ -n "$keep" ]; then
  cat <<TEXT

The cluster is still running. To look around:
  export CA_CERT_PATH=$CA_CERT_PATH CLIENT_CERT_PATH=$CLIENT_CERT_PATH CLIENT_KEY_PATH=$CLIENT_KEY_PATH
  export PATH=$(dirname "$br"):$(dirname "$dev"):\$PATH
  nebula-dev ngql --graphd $graphd -e 'SHOW SPACES'
  br-ent show --storage $store
  br-ent backup full --meta $metad --storage $store --enable-ssl
To end it and remove everything:
  kill ${agents[*]} \$(cat $work/cluster/*/pids/*.pid); rm -r $work
TEXT
fi
