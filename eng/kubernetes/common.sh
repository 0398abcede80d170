# Settings and helpers shared by install.sh, up.sh and down.sh; sourced, never run.
# The tests' Kubernetes lives in two folders: the cache (binaries, kept) and a run folder (one cluster's life).
kubernetes_version=1.20.2
cache=${NEBULAKEEP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nebulakeep}/kubernetes
bin=$cache/bin/$kubernetes_version-2            # counted up when install.sh builds differently
programs=(kube-apiserver kube-controller-manager kube-scheduler)

log() { printf '%s kubernetes: %s\n' "$(date +%T)" "$*" >&2; }
fail() { log "error: $*"; exit 1; }

# started_at PID: the process' start time in clock ticks. With it a PID file cannot name a stranger that got the number later.
# The program's name may hold blanks, so fields are counted after its closing bracket.
started_at() { sed -e 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }
