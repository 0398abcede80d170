#!/usr/bin/env bash
# Makes the Kubernetes that tests run against: etcd from Debian's package, the control plane built from Debian's source package
# (Debian ships no binary of it). Run it as often as you like: what is there already is left alone.
# usage: install.sh [--node]     --node: also what runs pods (kubelet, kube-proxy, containerd, a registry)
# The control plane takes 4 to 25 minutes the first time, a node's programs as much again; under a second after that.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages=(etcd-server openssl) programs=("${control_programs[@]}") node=
node_packages=(containerd runc containernetworking-plugins iptables conntrack procps iproute2 mount dnsmasq-base docker-registry apache2-utils)
build_packages=(golang-go golang-github-modern-go-reflect2-dev dpkg-dev patch)
sources=$cache/debian-source.sources
export GOPATH=$cache/go GOCACHE=$cache/go-build GO111MODULE=off GOFLAGS='' CGO_ENABLED=0
tree=$GOPATH/src/k8s.io/kubernetes

main() {
  case "${1-}" in
    '') ;;
    --node) node=yes packages+=("${node_packages[@]}") programs+=("${node_programs[@]}") ;;
    *) fail "usage: install.sh [--node]" ;;
  esac
  mkdir -p "$cache" "$bin"
  exec 9>"$cache/install.lock"
  flock 9                                       # two test runs may both find nothing
  install_packages "${packages[@]}"
  command -v kubectl >/dev/null || install_packages kubernetes-client     # any version from 1.19 will do
  if missing_programs >/dev/null; then
    install_packages "${build_packages[@]}"
    [ -e "$tree/.ready" ] || unpack_source
    mend_source
    [ -e "$tree/pkg/generated/openapi/zz_generated.openapi.go" ] || generate_openapi
    build
  fi
  [ -z "$node" ] || [ -x "$bin/pause" ] || build_pause
  log "programs are in $bin"
}

missing_programs() {
  local p found=1
  for p in "${programs[@]}"; do [ -x "$bin/$p" ] || { echo "./cmd/$p"; found=0; }; done
  return $found
}

install_packages() {
  local p todo=()
  for p in "$@"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || todo+=("$p")
  done
  [ ${#todo[@]} -gt 0 ] || return 0
  log "apt-get install ${todo[*]}"
  # Debian's packages of etcd, containerd and the registry would start services; nothing here wants one.
  apt_install "${todo[@]}" || { apt-get -q update >&2 && apt_install "${todo[@]}"; }
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get -qy -o DPkg::Lock::Timeout=900 install --no-install-recommends "$@" >&2
}

# The machine's own Debian mirror, as a source of source packages; /etc/apt stays as it is.
unpack_source() {
  log "fetching Debian's source package of Kubernetes $kubernetes_version"
  awk 'BEGIN { RS = "" } NR == 1' /etc/apt/sources.list.d/debian.sources | sed 's/^Types:.*/Types: deb-src/' >"$sources"
  local apt=(apt-get -q -o "Dir::Etc::sourcelist=$sources" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0
             -o APT::Sandbox::User=root -o DPkg::Lock::Timeout=900)
  "${apt[@]}" update >&2
  (cd "$cache" && "${apt[@]}" source --download-only kubernetes >&2)
  rm -rf "$tree"
  mkdir -p "${tree%/*}"
  # apt checked the signature on download.
  dpkg-source --no-check -x "$(ls "$cache"/kubernetes_*really"$kubernetes_version"-*.dsc | tail -1)" "$tree" >&2
  touch "$tree/.ready"
}

# Kubernetes 1.20 was made for Go 1.15; two things break, at run time only, with the Go 1.19 that builds it here. And one is slow.
mend_source() {
  # The vendored reflect2 1.0.1 faults when a map is walked (Go 1.18); Debian packages the release that mends exactly this.
  rm -rf "$tree/vendor/github.com/modern-go/reflect2"
  cp -a /usr/share/gocode/src/github.com/modern-go/reflect2 "$tree/vendor/github.com/modern-go/"
  # Schemas refused every empty text as null: this comparison of two reflect.Values was never true before Go 1.16, and since then is
  # for zero values. Later releases of Kubernetes compare with nil alone.
  sed -i 's/if data == nil || reflect.DeepEqual(reflect.Zero(reflect.TypeOf(data)), reflect.ValueOf(data)) {/if data == nil {/' \
    "$tree/vendor/k8s.io/kube-openapi/pkg/validation/validate/type.go" "$tree/vendor/github.com/go-openapi/validate/type.go"
  # Not broken, but slow: the kubelet looks every 10 s whether a deleted pod is gone, and now and then waits for its minutely collection
  # of dead sandboxes. That makes up most of a rolling update here.
  sed -i 's/const syncPeriod = 10 \* time.Second/const syncPeriod = 1 * time.Second/' "$tree/pkg/kubelet/status/status_manager.go"
  sed -i 's/ContainerGCPeriod = time.Minute$/ContainerGCPeriod = 2 * time.Second/' "$tree/pkg/kubelet/kubelet.go"
}

go_build() { (cd "$tree" && go build -tags 'providerless dockerless' "$@"); }

# The one generated file that the source package lacks. `make` would generate it from every tagged package.
generate_openapi() {
  log "generating the API server's OpenAPI definitions"
  go_build -o "$cache/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  local inputs
  inputs=$(cd "$tree" && grep -rl --include='*.go' '+k8s:openapi-gen=' pkg cmd plugin staging/src/k8s.io |
    grep -vE '_test\.go$|/testdata/|zz_generated|k8s.io/(code-generator|sample-apiserver)/' |
    xargs -n 1 dirname | sort -u | sed -e 's#^staging/src/#vendor/#' -e 's#^#k8s.io/kubernetes/#' | paste -sd,)
  (cd "$tree" && "$cache/openapi-gen" --logtostderr -i "$inputs" \
    -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$cache/openapi.report" --output-base "$GOPATH/src" >&2)
}

# Cloud providers and dockershim are left out by tags (they are the biggest packages); one `go build` shares the work;
# no -gcflags=all, because Debian's prebuilt standard library fits the default flags only.
build() {
  local flags="-s -w" p todo
  for p in k8s.io/kubernetes/vendor/k8s.io/{component-base,client-go/pkg}/version; do
    flags+=" -X $p.gitVersion=v$kubernetes_version -X $p.gitMajor=1 -X $p.gitMinor=20 -X $p.gitTreeState=clean"
  done
  mapfile -t todo < <(missing_programs)
  log "building ${todo[*]#./cmd/} (this is the long part)"
  go_build -ldflags "$flags" -o "$bin/" "${todo[@]}"
  log "$GOPATH and $GOCACHE (1.3 GB) may be deleted; they make a later build of more programs quick"
}

# The process that holds a pod's namespaces: Kubernetes' own source, one static program.
build_pause() {
  install_packages gcc libc6-dev dpkg-dev patch
  [ -e "$tree/.ready" ] || unpack_source
  gcc -Os -static -s "-DVERSION=$kubernetes_version" -o "$bin/pause" "$tree/build/pause/linux/pause.c"
}

main "$@"
