#!/usr/bin/env bash
# Measures what compression and encryption of a root cost: full backups to a local folder, plain and sealed; see bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# shellcheck source=eng/local-cluster.sh
. eng/local-cluster.sh
# shellcheck source=bench/measure.sh
. bench/measure.sh

mib=${NEBULAKEEP_BENCH_MIB:-1024} rounds=${NEBULAKEEP_BENCH_ROUNDS:-3} note=8192
edges=$(edges_for "$mib" "$note")

prepare
openssl rand -base64 32 > "$work/root.key"
start_cluster

say "Loading $edges edges of $note bytes"
"$dev" load --graphd "$graphd" --vertices 1000 --edges "$edges" --replicas 1 --note-bytes "$note"

peak() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status"; }
peaks() { for i in 1 2 3; do printf '%s ' "$(peak "${agents[$i]}")"; done; }
backup() { "$br" backup full --meta "$metad" --storage "local://$work/backups" --enable-ssl "$@" > "$work/br.log" 2>&1; }

# measure NAME FLAGS...: one backup into a new root, its time and its bytes.
measure() {
  local name=$1
  shift
  timed "$name" backup "$@"
  du -sb "$work/backups" | cut -f1 > "$work/bytes-$name"
  rm -rf "$work"/backups/* "$work"/backups/.nebulakeep
}

for round in $(seq "$rounds"); do
  say "Round $round of $rounds"
  measure plain
  [ "$round" != 1 ] || plain_peaks=$(peaks)
  measure encrypted --encrypt --key-file "$work/root.key"
  measure compressed --compress zstd
  measure both --compress zstd --encrypt --key-file "$work/root.key"
done

say "Medians of $rounds rounds, $(($(cat "$work/bytes-plain") >> 20)) MiB"
for name in encrypted compressed both; do
  echo "$name: speed $(ratio "$name" plain) of a plain backup, $(awk -v a="$(cat "$work/bytes-$name")" -v b="$(cat "$work/bytes-plain")" 'BEGIN { printf "%.3f", a / b }') of its bytes"
done
echo "peak memory of the storageds' agents: after one plain backup ${plain_peaks}MiB, after all $(peaks)MiB"
