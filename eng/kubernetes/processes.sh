# Starting and ending a cluster's programs; sourced by up.sh, down.sh and restart-node.sh, which set $run, $logs and $pids.

# start NAME COMMAND...: in the background, with a log; remembers the process so that exactly this one is ended
start() {
  local name=$1
  shift
  setsid "$@" >>"$logs/$name.log" 2>&1 </dev/null 9>&- &
  echo "$! $(started_at $!)" >"$pids/$name"
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "$what did not get ready; see $logs"
    sleep 0.2
  done
  log "$what is ready"
}

# running NAME: prints its number
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
    for _ in {1..50}; do running "$name" >/dev/null || break; sleep 0.1; done
  fi
  rm -f "$pids/$name"
}

# Through containerd and not the kubelet, which would give each pod its time to end.
end_containers() {
  ! running containerd >/dev/null || ctr -a "$run/containerd.sock" -n k8s.io tasks ls -q |
    xargs -r -n 1 -P 4 ctr -a "$run/containerd.sock" -n k8s.io tasks rm -f >/dev/null 2>&1 || true
}
