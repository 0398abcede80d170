#!/usr/bin/env bash
# Times of commands, kept by name in files below $work. To be sourced.

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
