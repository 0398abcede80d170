#!/usr/bin/env bash
# Starts a fresh Kubernetes for tests.
#   up.sh RUN_FOLDER [OWNER_PID]          the control plane: etcd, API server, controller manager, scheduler. Objects are real, Jobs and
#                                         StatefulSets make pods, but nothing runs a pod. On a loopback address of its own; any number side by side.
#   up.sh --node RUN_FOLDER [OWNER_PID]   also a node that runs pods: containerd, kubelet, kube-proxy, DNS, and a registry that wants a
#                                         password. Needs root; one at a time on a machine.
# RUN_FOLDER must not exist; with OWNER_PID the cluster ends with that process.
# Prints KEY=VALUE lines: KUBECONFIG (of an administrator), SERVER, CA, RUN_FOLDER; of a node also NODE_ADDRESS, where servers that pods
# shall reach have to listen, REGISTRY_USER and REGISTRY_PASSWORD_FILE. Everything else goes to standard error.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
. "$here/keys.sh"
. "$here/processes.sh"
. "$here/node.sh"
node=
[ "${1-}" != --node ] || { node=yes; shift; }
[ $# -ge 1 ] || fail "usage: up.sh [--node] RUN_FOLDER [OWNER_PID]"
[ ! -e "$1" ] || fail "$1 exists already"
mkdir -p "$1"
run=$(cd "$1" && pwd) owner=${2-}
pki=$run/pki logs=$run/logs pids=$run/pids
# TTLAfterFinished (Job.spec.ttlSecondsAfterFinished) became default in 1.21.
gates=TTLAfterFinished=true

main() {
  "$here/install.sh" ${node:+--node} >&2
  if [ -n "$node" ]; then become_node; fi
  mkdir -p "$logs" "$pids"
  trap 'trap - EXIT; "$here/down.sh" "$run" --keep-logs >&2' EXIT     # a half-started cluster is no use to anybody
  local address
  if [ -n "$node" ]; then address=$node_address; else address=$(free_address); fi
  local server=https://$address:6443
  make_keys "$server" "$address" "${node:+IP:$first_service,DNS:kubernetes,DNS:kubernetes.default}"
  [ -z "$node" ] || make_node_keys "$server"
  start_etcd "$address"
  start_api_server "$address"
  export KUBECONFIG=$run/admin.kubeconfig
  if [ -n "$node" ]; then start_node; fi
  wait_for 120 "the API server" kubectl get --raw /readyz
  start_controllers
  make_default_storage_class
  wait_for 60 "the default service account" sh -c 'kubectl get sa default -o jsonpath={.secrets[0].name} | grep -q .'
  [ -z "$node" ] || wait_for 120 "the node" node_is_ready
  [ -z "$owner" ] || end_with_owner
  trap - EXIT
  printf 'KUBECONFIG=%s\nSERVER=%s\nCA=%s\nRUN_FOLDER=%s\n' "$KUBECONFIG" "$server" "$pki/ca.crt" "$run"
  [ -z "$node" ] || printf 'NODE_ADDRESS=%s\nREGISTRY_USER=%s\nREGISTRY_PASSWORD_FILE=%s\n' "$node_address" "$registry_user" "$run/registry.password"
}

# Marks the folder first: from here on down.sh has something to undo.
become_node() {
  [ "$(id -u)" = 0 ] || fail "a node needs root: it makes a bridge, mounts and control groups"
  ! ip link show "$bridge" >/dev/null 2>&1 || fail "a node runs already on this machine (or was not taken down: ip link show $bridge)"
  touch "$run/node"
  "$here/network.sh" up "$run"
}

# An address in 127.0.0.0/8 on which nothing listens.
free_address() {
  local a
  for _ in {1..50}; do
    a=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))
    if ! (exec 3<>"/dev/tcp/$a/6443") 2>/dev/null && ! (exec 3<>"/dev/tcp/$a/2379") 2>/dev/null; then echo "$a"; return; fi
  done
  fail "found no free loopback address"
}

start_etcd() {
  start etcd etcd --name test --data-dir "$run/etcd" --logger zap --log-level warn --unsafe-no-fsync \
    --listen-client-urls "http://$1:2379" --advertise-client-urls "http://$1:2379" \
    --listen-peer-urls "http://$1:2380" --initial-advertise-peer-urls "http://$1:2380" --initial-cluster "test=http://$1:2380"
}

# What the operator asks for, and nobody else, is in logs/audit.log: tests count it there.
write_audit_policy() {
  cat >"$run/audit-policy.yaml" <<'EOF'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  userGroups: ["system:serviceaccounts:nebula-system"]
- level: None
EOF
}

start_api_server() {
  write_audit_policy
  # Without a node nobody asks the API server by the Service kubernetes, so it need not have an address that exists.
  local reach=(--advertise-address 10.255.255.254 --endpoint-reconciler-type none)
  [ -z "$node" ] || reach=(--advertise-address "$1" --endpoint-reconciler-type master-count --enable-admission-plugins NodeRestriction
    --kubelet-certificate-authority "$pki/ca.crt" --kubelet-preferred-address-types InternalIP
    --kubelet-client-certificate "$pki/apiserver-kubelet-client.crt" --kubelet-client-key "$pki/apiserver-kubelet-client.key")
  start kube-apiserver "$bin/kube-apiserver" --etcd-servers "http://$1:2379" \
    --bind-address "$1" --secure-port 6443 "${reach[@]}" \
    --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --service-account-key-file "$pki/service-accounts.pub" --service-account-signing-key-file "$pki/service-accounts.key" \
    --service-cluster-ip-range "$service_subnet" --authorization-mode Node,RBAC --allow-privileged=true --profiling=false \
    --audit-policy-file "$run/audit-policy.yaml" --audit-log-path "$logs/audit.log" \
    --feature-gates "$gates"
}

# Each alone, so without leader election; their own ports are off.
start_controllers() {
  start kube-controller-manager "$bin/kube-controller-manager" --kubeconfig "$run/controller-manager.kubeconfig" \
    --leader-elect=false --port 0 --secure-port 0 --use-service-account-credentials=true \
    --service-account-private-key-file "$pki/service-accounts.key" --root-ca-file "$pki/ca.crt" \
    --kube-api-qps 200 --kube-api-burst 400 --enable-hostpath-provisioner=true --flex-volume-plugin-dir "$run/flexvolume" --feature-gates "$gates"
  start kube-scheduler "$bin/kube-scheduler" --kubeconfig "$run/scheduler.kubeconfig" --leader-elect=false --port 0 --secure-port 0
}

# Claims are bound by the controller manager's own provisioner of folders under /tmp/hostpath_pv. With a node they wait for their pod,
# which spares the scheduler tries; without one nothing else would bind them.
make_default_storage_class() {
  kubectl apply -f - >/dev/null <<EOF
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: local
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: kubernetes.io/host-path
reclaimPolicy: Delete
volumeBindingMode: $([ -n "$node" ] && echo WaitForFirstConsumer || echo Immediate)
allowVolumeExpansion: true
EOF
}

end_with_owner() {
  local since
  since=$(started_at "$owner")
  [ -n "$since" ] || fail "the owner, process $owner, does not run"
  setsid bash -c '. "$1/common.sh"; while [ "$(started_at "$2")" = "$3" ] && [ -e "$4/pids" ]; do sleep 1; done; [ ! -e "$4" ] || "$1/down.sh" "$4"' \
    guard "$here" "$owner" "$since" "$run" >/dev/null 2>&1 </dev/null 9>&- &
}

main
