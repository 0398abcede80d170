# Settings and helpers shared by install.sh, up.sh and down.sh; sourced, never run.
# The tests' Kubernetes lives in two folders: the cache (binaries, kept) and a run folder (one cluster's life).
kubernetes_version=1.20.2
cache=${NEBULAKEEP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nebulakeep}/kubernetes
bin=$cache/bin/$kubernetes_version-4            # counted up when install.sh builds differently
control_programs=(kube-apiserver kube-controller-manager kube-scheduler)
node_programs=(kubelet kube-proxy)

# A node's fixed places: its bridge, the kubelet's port and the registry's are the machine's, so one node at a time.
bridge=nebulakeep0 node_name=node1 node_address=10.244.0.1 pod_subnet=10.244.0.0/24 service_subnet=10.96.0.0/16 first_service=10.96.0.1
registry_address=127.0.0.1:5000 registry_user=puller
registry_hosts=(reg.vesoft-inc.com docker.io)

log() { printf '%s kubernetes: %s\n' "$(date +%T)" "$*" >&2; }
fail() { log "error: $*"; exit 1; }

# started_at PID: the process' start time in clock ticks, nothing if it has ended. With it a PID file cannot name a stranger that got the
# number later. The program's name may hold blanks, so fields are counted after its closing bracket; Z is one that nobody has reaped yet.
started_at() { sed -e 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }
