#!/usr/bin/env bash
# Measures incremental backups against full ones, 'restic backup' and 'rclone sync', and the restore of a long chain; see bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# shellcheck source=eng/local-cluster.sh
. eng/local-cluster.sh
# shellcheck source=bench/measure.sh
. bench/measure.sh

mib=${NEBULAKEEP_BENCH_MIB:-4096} chain=${NEBULAKEEP_BENCH_CHAIN:-50} note=8192
edges=$(edges_for "$mib" "$note")

prepare
start_cluster

store=local://$work/backups
backup() { "$br" backup "$@" --meta "$metad" --storage "$store" --enable-ssl > "$work/br.log" 2>&1; }
restore() { "$br" restore full --meta "$metad" --storage "$store" --name "$1" --enable-ssl > "$work/br.log" 2>&1; }
change() { "$dev" load --graphd "$graphd" --vertices 1000 --edges "$1" --note-bytes "$note" --edition "$2" > /dev/null; }
newest() { ls "$work/backups" | grep '^BACKUP_' | sort | tail -n 1; }
bytes() { du -sb "$1" | cut -f1; }
show_mib() { awk -v b="$1" 'BEGIN { printf "%.1f MiB", b / 1048576 }'; }

# Nobody writes while the baselines read the daemons' own directories: they hold what the checkpoint held.
data=() && for host in 2 3 4; do data+=("$work/cluster/$net.$host/data"); done
export RESTIC_REPOSITORY=$work/restic RESTIC_PASSWORD_FILE=$work/restic-password RESTIC_CACHE_DIR=$work/restic-cache
echo bench > "$RESTIC_PASSWORD_FILE"
export RCLONE_CONFIG=$work/rclone.conf
: > "$RCLONE_CONFIG"
restic_backup() { restic backup --quiet "${data[@]}"; }
rclone_sync() { local host; for host in 2 3 4; do rclone sync --transfers 5 "$work/cluster/$net.$host/data" "$work/rclone/$host"; done; }

say "Loading $edges edges of $note bytes"
"$dev" load --graphd "$graphd" --vertices 1000 --edges "$edges" --replicas 1 --note-bytes "$note"

say "The base"
timed full backup full
base=$(newest) full=$(bytes "$work/backups/$(newest)")
restic init --quiet
timed restic-full restic_backup
timed rclone-full rclone_sync
restic_base=$(bytes "$work/restic")

say "One edge of a hundred is written anew"
change $((edges / 100)) 1
timed share backup incr --base "$base"
share=$(bytes "$work/backups/$(newest)")
timed wal backup incr --base "$base" --mode wal
wal=$(bytes "$work/backups/$(newest)")
timed restic restic_backup
timed rclone rclone_sync
restic_sent=$(($(bytes "$work/restic") - restic_base))

say "A chain of $chain"
for i in $(seq "$chain"); do
  change $((edges / 1000 + 1)) $((i + 1))
  backup incr --base latest
done
tip=$(newest)
for round in 1 2 3; do
  timed restore-full restore "$base"
  timed restore-chain restore "$tip"
done

part() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
say "$(show_mib "$full") in the full backup, 1 % of the edges changed since"
echo "sent: share $(show_mib "$share") = $(part "$share" "$full") of the full backup, wal $(show_mib "$wal") = $(part "$wal" "$full"), restic $(show_mib "$restic_sent")"
echo "time: share $(median share) s = $(part "$(median share)" "$(median full)") of the full backup, wal $(median wal) s = $(part "$(median wal)" "$(median full)")"
echo "speed: share $(ratio share restic) of restic backup, $(ratio share rclone) of rclone sync; wal $(ratio wal restic) and $(ratio wal rclone)"
echo "speed of the full backup: $(ratio full restic-full) of the first restic backup, $(ratio full rclone-full) of the first rclone sync"
echo "restore of a chain of $chain: $(part "$(median restore-chain)" "$(median restore-full)") of the time of the full backup's"
