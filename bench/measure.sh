#!/usr/bin/env bash
# What the benchmarks of br share: the cluster's folder and its end, and times of commands, kept by name in files below $work. To be
# sourced after eng/local-cluster.sh.

# edges_for MIB NOTE: edges of that many bytes that make a cluster of MIB. An edge lies in a cluster of one replica four times: as out-edge
# and in-edge, in a table and in the raft log.
edges_for() { echo $(($1 * 1048576 / $2 / 4)); }

# Installs, builds, makes the folder $work; at the end everything goes, also what clean_up (to be redefined) knows of.
clean_up() { :; }
prepare() {
  say "Installing what is missing, building"
  eng/install.sh bench
  build_programs
  work=$(mktemp -d "${TMPDIR:-/tmp}/nebulakeep-bench-XXXXXX")
  mkdir "$work/backups"
  trap finish EXIT
  trap 'exit 130' INT TERM
}
finish() {
  local status=$?
  trap - EXIT INT TERM
  [ "$status" = 0 ] || { echo "The benchmark failed:" >&2; tail -n 5 "$work"/*.log >&2 || true; }
  stop_cluster >/dev/null 2>&1 || true
  clean_up
  rm -rf "$work"
  exit "$status"
}

# All data is on the disk and, if we may say so, not in memory before each measurement; each ends when its data is on the disk.
settle() { sync; { echo 3 > /proc/sys/vm/drop_caches; } 2>/dev/null || true; }
seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b - a }'; }

# timed NAME COMMAND...: runs a command and notes how long it took.
timed() {
  local name=$1 begin
  shift
  settle
  begin=$EPOCHREALTIME
  "$@"
  sync -f "$work"
  seconds "$begin" "$EPOCHREALTIME" | tee -a "$work/time-$name" | sed "s/^/$name: /; s/$/ s\n/"
  echo >> "$work/time-$name"
}
median() { grep . "$work/time-$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# ratio A B: how much faster A was than B.
ratio() { awk -v a="$(median "$1")" -v b="$(median "$2")" 'BEGIN { printf "%.2f", b / a }'; }
