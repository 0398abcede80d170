# What makes this machine a node: a registry with a password, containerd, the kubelet, kube-proxy, DNS. Sourced by up.sh --node.

# Debian's docker-registry on loopback. Its storage is the cluster's: a fresh cluster has an empty registry.
start_registry() {
  htpasswd -Bbn "$registry_user" "$(cat "$run/registry.password")" >"$run/registry.htpasswd"
  cat >"$run/registry.yml" <<EOF
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: "$run/registry"}, delete: {enabled: true}}
http: {addr: "$registry_address"}
auth: {htpasswd: {realm: test-registry, path: "$run/registry.htpasswd"}}
EOF
  start registry docker-registry serve "$run/registry.yml"
  # containerd asks it for the images of these hosts, with the credentials of the pod's imagePullSecrets.
  local host
  for host in "${registry_hosts[@]}"; do
    mkdir -p "$run/registry-hosts/$host"
    cat >"$run/registry-hosts/$host/hosts.toml" <<EOF
server = "http://$registry_address"
[host."http://$registry_address"]
  capabilities = ["pull", "resolve"]
EOF
  done
}

# restrict_oom_score_adj: root of a container may lack CAP_SYS_RESOURCE, and then no process may lower its OOM score.
start_containerd() {
  mkdir -p "$run/cni"
  cat >"$run/cni/10-bridge.conflist" <<EOF
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "$bridge", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$run/cni-addresses", "ranges": [[{"subnet": "$pod_subnet"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
EOF
  cat >"$run/containerd.toml" <<EOF
version = 2
root = "$run/containerd-root"
state = "$run/containerd"
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$run/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$run/registry-hosts"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
EOF
  start containerd containerd -c "$run/containerd.toml" --log-level warn
  wait_for 30 containerd ctr -a "$run/containerd.sock" version
}

# An image archive of one file, as `docker save` writes them.
import_pause() {
  local work=$run/pause layer config
  mkdir -p "$work/root"
  cp "$bin/pause" "$work/root/pause"
  tar -C "$work/root" --owner=0 --group=0 -cf "$work/layer.tar" pause
  layer=$(sha256sum <"$work/layer.tar")
  printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"config":{"Entrypoint":["/pause"]}}' \
    "${layer%% *}" >"$work/config.json"
  echo '[{"Config":"config.json","RepoTags":["localhost/pause:1"],"Layers":["layer.tar"]}]' >"$work/manifest.json"
  tar -C "$work" -cf "$work/pause.tar" manifest.json config.json layer.tar
  ctr -a "$run/containerd.sock" -n k8s.io images import "$work/pause.tar" >/dev/null
}

start_kubelet() {
  mkdir -p "$run/kubelet"
  : >"$run/resolv.conf"          # pods have the cluster's DNS and nothing of the machine's
  cat >"$run/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node_address
readOnlyPort: 0
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: "$pki/ca.crt"}}
authorization: {mode: Webhook}
tlsCertFile: $pki/kubelet-server.crt
tlsPrivateKeyFile: $pki/kubelet-server.key
cgroupDriver: cgroupfs
oomScoreAdj: 0
clusterDomain: cluster.local
clusterDNS: ["$node_address"]
resolvConf: $run/resolv.conf
staticPodPath: ""
volumePluginDir: $run/flexvolume
serializeImagePulls: false
syncFrequency: 5s
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1%}
imageGCHighThresholdPercent: 100
EOF
  kubelet_since=$(date -u +%FT%T.%6N)
  # Figures of memory and CPU once a second: a backup is over in less than the usual ten.
  start kubelet "$bin/kubelet" --housekeeping-interval 1s --config "$run/kubelet.yaml" --kubeconfig "$run/kubelet.kubeconfig" \
    --root-dir "$run/kubelet" --hostname-override "$node_name" --node-ip "$node_address" \
    --container-runtime remote --container-runtime-endpoint "unix://$run/containerd.sock" --containerd "$run/containerd.sock"
}

start_proxy() {
  cat >"$run/kube-proxy.yaml" <<EOF
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: "$run/kube-proxy.kubeconfig"}
mode: iptables
clusterCIDR: $pod_subnet
hostnameOverride: $node_name
bindAddress: $node_address
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0}
EOF
  start kube-proxy "$bin/kube-proxy" --config "$run/kube-proxy.yaml"
}

# Ended by its number like all others: one that stayed would answer the next cluster's questions with this one's addresses.
start_dns() {
  : >"$run/dns.hosts"
  start dnsmasq dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --no-resolv --no-hosts --addn-hosts="$run/dns.hosts" \
    --local=/cluster.local/ --address=/#/ --bind-interfaces --listen-address="$node_address" --except-interface=lo \
    --cache-size=0 --local-ttl=0 --log-facility=-
  start dns "$here/dns.sh" "$run"
}

start_node() {
  (umask 077; openssl rand -hex 12 >"$run/registry.password")
  start_registry
  start_containerd
  import_pause
  start_kubelet
  start_proxy
  start_dns
}

# The kubelet has reported since it was started; what it reported before a restart counts for nothing. One that has ended, because containerd
# did not answer yet or the last one still held its port, is started again, as systemd does it. With a DNS of its own: another's would be in
# the way of its port.
node_is_ready() {
  local renewed
  running kubelet || start_kubelet
  renewed=$(kubectl -n kube-node-lease get lease "$node_name" -o 'jsonpath={.spec.renewTime}') && [[ $renewed > $kubelet_since ]] || return 1
  running dnsmasq && kubectl get node "$node_name" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' | grep -q True
}
