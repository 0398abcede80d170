#!/usr/bin/env bash
# Measures full backups to a local folder and to Ceph against 'cp -r' and 'rclone copy' of the same files; see bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# shellcheck source=eng/local-cluster.sh
. eng/local-cluster.sh
# shellcheck source=bench/measure.sh
. bench/measure.sh

mib=${NEBULAKEEP_BENCH_MIB:-4096} rounds=${NEBULAKEEP_BENCH_ROUNDS:-3} note=8192
edges=$(edges_for "$mib" "$note")

clean_up() { eng/ceph.sh wipe || true; }
export NEBULAKEEP_CEPH_ID=bench-$$ NEBULAKEEP_CEPH_GIB=$((mib / 1024 + 4))
prepare

eng/ceph.sh start > "$work/s3.env"
value() { sed -n "s/^$1=//p" "$work/s3.env"; }
unset AWS_CA_BUNDLE # rclone 1.60 cannot start with it, and the endpoint is plain HTTP
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL AWS_REGION=us-east-1
AWS_ACCESS_KEY_ID=$(cat "$(value S3_ACCESS_KEY_FILE)") AWS_SECRET_ACCESS_KEY=$(cat "$(value S3_SECRET_KEY_FILE)") AWS_ENDPOINT_URL=$(value S3_ENDPOINT)
bucket=bench
export RCLONE_CONFIG=$work/rclone.conf RCLONE_CONFIG_CEPH_TYPE=s3 RCLONE_CONFIG_CEPH_PROVIDER=Ceph RCLONE_CONFIG_CEPH_ENV_AUTH=true RCLONE_CONFIG_CEPH_ENDPOINT=$AWS_ENDPOINT_URL
: > "$RCLONE_CONFIG"
rclone mkdir "ceph:$bucket"
start_cluster

say "Loading $edges edges of $note bytes"
"$dev" load --graphd "$graphd" --vertices 1000 --edges "$edges" --replicas 1 --note-bytes "$note"

# What a checkpoint holds, as files that nobody writes to: that is what the baselines read.
same=$work/same
for host in 2 3 4; do
  mkdir -p "$same/$host"
  cp -r "$work/cluster/$net.$host/data" "$same/$host/"
done
bytes=$(du -sb "$same" | cut -f1) files=$(find "$same" -type f | wc -l)
echo "$files files, $((bytes >> 20)) MiB"

peak() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status" 2>/dev/null || true; }

br_peak=0
backup() {
  local one
  "$br" backup full --meta "$metad" --storage "$1" --enable-ssl > "$work/br.log" 2>&1 &
  local pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    one=$(peak "$pid")
    if [ "${one:-0}" -gt "$br_peak" ]; then br_peak=$one; fi
    sleep 0.1
  done
  wait "$pid"
}
copy() { cp -r "$same" "$work/backups/cp"; }
rclone_local() { rclone copy --transfers 5 "$same" "$work/backups/rclone"; }
rclone_s3() { rclone copy --transfers 5 "$same" "ceph:$bucket/rclone"; }

for round in $(seq "$rounds"); do
  say "Round $round of $rounds"
  timed cp copy; rm -rf "$work/backups/cp"
  timed rclone-local rclone_local; rm -rf "$work/backups/rclone"
  timed backup-local backup "local://$work/backups"; rm -rf "$work"/backups/*
  timed rclone-s3 rclone_s3; rclone purge "ceph:$bucket/rclone"
  timed backup-s3 backup "s3://$bucket/nebulakeep"; rclone purge "ceph:$bucket/nebulakeep"
done

rate() { awk -v b="$bytes" -v s="$(median "$1")" 'BEGIN { printf "%6.0f MiB/s", b / 1048576 / s }'; }
say "Medians of $rounds rounds, $((bytes >> 20)) MiB in $files files"
for name in cp rclone-local backup-local rclone-s3 backup-s3; do printf '%-14s %s\n' "$name" "$(rate "$name")"; done
echo "speed of a backup to a local folder: $(ratio backup-local cp) of cp -r, $(ratio backup-local rclone-local) of rclone copy"
echo "speed of a backup to Ceph: $(ratio backup-s3 cp) of cp -r to a disk, $(ratio backup-s3 rclone-s3) of rclone copy"
echo "peak memory: br $br_peak MiB, agents of storageds $(for i in 1 2 3; do printf '%s ' "$(peak "${agents[$i]}")"; done)MiB"
