# Keys, certificates and kubeconfigs of one cluster; sourced by up.sh, works in the folder $pki.

# An elliptic-curve key and a self-signed certificate for it.
make_ca() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=test-cluster" \
    -keyout "$pki/ca.key" -out "$pki/ca.crt" 2>/dev/null
}

# make_cert NAME SUBJECT [SUBJECT_ALT_NAMES]: signed by the CA, for both ends of a connection
make_cert() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$pki/$1.key" -out "$pki/$1.csr" 2>/dev/null
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -set_serial "0x$(openssl rand -hex 8)" -days 365 \
    -out "$pki/$1.crt" 2>/dev/null -extfile <(
      echo "keyUsage = critical, digitalSignature"
      echo "extendedKeyUsage = serverAuth, clientAuth"
      [ -z "${3-}" ] || echo "subjectAltName = $3")
}

# make_kubeconfig NAME SERVER: for the user whose certificate is NAME
make_kubeconfig() {
  (umask 077; cat >"$run/$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
current-context: test
contexts:
- name: test
  context: {cluster: test, user: $1}
clusters:
- name: test
  cluster:
    server: $2
    certificate-authority-data: $(base64 -w 0 "$pki/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w 0 "$pki/$1.crt")
    client-key-data: $(base64 -w 0 "$pki/$1.key")
EOF
  )
}

# make_keys SERVER ADDRESS [FURTHER_SUBJECT_ALT_NAMES]
make_keys() {
  mkdir -p "$pki"
  make_ca
  make_cert apiserver /CN=kube-apiserver "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:$2${3:+,$3}"
  make_cert admin /O=system:masters/CN=admin
  make_cert controller-manager /CN=system:kube-controller-manager
  make_cert scheduler /CN=system:kube-scheduler
  openssl genrsa -out "$pki/service-accounts.key" 2048 2>/dev/null
  openssl rsa -in "$pki/service-accounts.key" -pubout -out "$pki/service-accounts.pub" 2>/dev/null
  local user
  for user in admin controller-manager scheduler; do make_kubeconfig "$user" "$1"; done
}

# The node's own: the kubelet's port, the API server as the kubelet's client, kubelet and kube-proxy as clients.
make_node_keys() {
  make_cert kubelet-server "/CN=$node_name" "DNS:$node_name,IP:$node_address"
  make_cert apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  make_cert kubelet "/O=system:nodes/CN=system:node:$node_name"
  make_cert kube-proxy /CN=system:kube-proxy
  local user
  for user in kubelet kube-proxy; do make_kubeconfig "$user" "$1"; done
}
