#!/usr/bin/env bash
# A real S3 server for tests: Ceph 16.2 of Debian with one monitor, one OSD that keeps its objects in memory, and one
# RADOS gateway with a plain and a TLS endpoint, all on a loopback address. Several can run side by side.
#
#   eng/ceph.sh start [--tls] [--dir DIR]   starts, waits until it answers, prints KEY=VALUE lines and writes them to DIR/s3.env
#   eng/ceph.sh status [--dir DIR]          what runs, with memory; exit code 0 if all of it does
#   eng/ceph.sh stop|wipe [--dir DIR]       stops; the objects were in memory and are gone, so DIR goes, too
#
# Environment: NEBULAKEEP_CEPH_ID names the folder (default "default"), NEBULAKEEP_CEPH_HTTP_PORT and _TLS_PORT choose ports,
# NEBULAKEEP_CEPH_CA_DIR holds a ca.pem with server.pem (certificate and key for the gateway's address and localhost) to use instead of own
# ones, NEBULAKEEP_CEPH_ADDRESS is where the gateway listens (default 127.0.0.1), NEBULAKEEP_CEPH_GIB is how much it can hold (default 4), NEBULAKEEP_CEPH_OWNER is a process id: when that process is gone, the server stops itself.
set -Eeuo pipefail

readonly address=${NEBULAKEEP_CEPH_ADDRESS:-127.0.0.1}
readonly memory_bytes=$((${NEBULAKEEP_CEPH_GIB:-4} << 30))
command=${1:-}
[[ $# -gt 0 ]] && shift
tls=no
dir=${XDG_CACHE_HOME:-$HOME/.cache}/nebulakeep/ceph-${NEBULAKEEP_CEPH_ID:-default}
while [[ $# -gt 0 ]]; do
  case $1 in
    --tls) tls=yes; shift ;;
    --dir) dir=$2; shift 2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
done
# Sockets need short paths: the kernel takes 107 characters.
readonly command tls dir daemons=(rgw osd mon)

say() { echo "ceph: $*" >&2; }
admin() { ceph -c "$dir/ceph.conf" -k "$dir/keyring" --connect-timeout 15 "$@"; }
users() { radosgw-admin -c "$dir/ceph.conf" -k "$dir/keyring" "$@"; }

# A pid may be used again by a stranger: the command line must name our folder.
running() {
  local pid
  pid=$(cat "$dir/$1.pid" 2>/dev/null) || return 1
  [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$dir/"
}

install_packages() {
  command -v ceph-mon ceph-osd radosgw ceph openssl >/dev/null && return
  say "installing ceph-mon ceph-osd radosgw ceph-common openssl"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=400 update -qq
  apt-get -o DPkg::Lock::Timeout=400 install -y -qq --no-install-recommends ceph-mon ceph-osd radosgw ceph-common openssl >/dev/null
}

# Below the ports that the kernel gives to outgoing connections, so that nobody gets it in between by chance.
free_port() {
  local port
  while :; do
    port=$((20000 + (RANDOM << 15 | RANDOM) % 12000))
    [[ " ${taken[*]-} " == *" $port "* ]] && continue
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  taken+=("$port")
  REPLY=$port
}

wait_for() {
  local what=$1 tries=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || { say "$what does not answer; see $dir/log"; return 1; }
    sleep 0.2
  done
}

make_certificates() {
  if [[ -n ${NEBULAKEEP_CEPH_CA_DIR:-} ]]; then
    cp "$NEBULAKEEP_CEPH_CA_DIR"/{ca.pem,server.pem} "$dir/"
    return
  fi
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  openssl req -x509 "${key[@]}" -keyout "$dir/ca.key" -out "$dir/ca.pem" -days 30 -subj "/CN=NebulaKeep test CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
  openssl req "${key[@]}" -keyout "$dir/server.key" -out "$dir/server.csr" -subj "/CN=localhost" 2>/dev/null
  openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -out "$dir/server.crt" -days 30 \
    -extfile <(printf '%s\n' subjectAltName=DNS:localhost,IP:$address extendedKeyUsage=serverAuth basicConstraints=CA:FALSE) 2>/dev/null
  cat "$dir/server.key" "$dir/server.crt" >"$dir/server.pem"
}

make_keys() {
  local all=(--cap mon 'allow *' --cap osd 'allow *')
  ceph-authtool -C "$dir/keyring" --gen-key -n client.admin "${all[@]}" >/dev/null
  ceph-authtool "$dir/keyring" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx' >/dev/null
  ceph-authtool "$dir/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' >/dev/null
  ceph-authtool -C "$dir/mon.keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
  ceph-authtool "$dir/mon.keyring" --import-keyring "$dir/keyring" >/dev/null
  openssl rand -hex 10 | tr a-f A-F >"$dir/access-key"
  openssl rand -hex 20 >"$dir/secret-key"
}

# Small on purpose: no replicas, one placement group a pool, deleted objects freed within seconds.
write_config() {
  local frontends="beast endpoint=$address:$http_port"
  [[ $tls == yes ]] && frontends+=" ssl_endpoint=$address:$tls_port ssl_certificate=$dir/server.pem"
  cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$mon_port,v1:127.0.0.1:$mon_v1_port]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
run dir = $dir/run
log file = $dir/log/\$name.log
admin socket = $dir/run/\$name.asok
pid file =
keyring = $dir/keyring
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon warn on pool no redundancy = false
mon data avail crit = 1
mon data avail warn = 1
[mon]
mon data = $dir/mon
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = $memory_bytes
memstore page set = false
osd op num shards = 2
osd class load list = *
osd class default list = *
[client.rgw]
rgw frontends = $frontends
rgw data = $dir/rgw
rgw thread pool size = 64
rgw dns name = localhost
rgw enable usage log = false
rgw enable apis = s3, admin
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw gc processor max time = 5
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=$(openssl rand -base64 32)
CONF
}

launch() {
  local name=$1
  shift
  setsid "$@" >>"$dir/log/$name.out" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

start_monitor() {
  monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_port,v1:127.0.0.1:$mon_v1_port]" "$dir/monmap" >/dev/null
  ceph-mon -c "$dir/ceph.conf" --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/mon.keyring" >>"$dir/log/mon.out" 2>&1
  launch mon ceph-mon -c "$dir/ceph.conf" -f -i a --keyring "$dir/keyring"
  wait_for "the monitor" 30 admin mon stat
}

start_osd() {
  local id
  id=$(cat /proc/sys/kernel/random/uuid)
  admin osd new "$id" 0 >/dev/null 2>>"$dir/log/osd.out"
  admin osd crush add osd.0 1.0 root=default host=ceph >/dev/null 2>>"$dir/log/osd.out"
  ceph-osd -c "$dir/ceph.conf" -i 0 --mkfs --osd-uuid "$id" >>"$dir/log/osd.out" 2>&1
  launch osd ceph-osd -c "$dir/ceph.conf" -f -i 0
  wait_for "the OSD" 150 osd_is_up
}
osd_is_up() { admin osd stat | grep -q '1 up'; }

start_gateway() {
  launch rgw radosgw -c "$dir/ceph.conf" -k "$dir/keyring" -f -n client.rgw
  wait_for "the gateway" 300 gateway_answers
  users user create --uid=nebulakeep --display-name=nebulakeep --access-key="$(cat "$dir/access-key")" --secret-key="$(cat "$dir/secret-key")" \
    >/dev/null 2>>"$dir/log/rgw.out"
}
gateway_answers() { (exec 3<>"/dev/tcp/$address/$http_port" && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && head -1 <&3 | grep -q ' 200 ') 2>/dev/null; }

watch_owner() {
  local owner=$1
  while kill -0 "$owner" 2>/dev/null; do sleep 1; done
  # The folder may hold a later server by now.
  ! grep -qsF "fsid = $fsid" "$dir/ceph.conf" || stop_all
}

start_all() {
  if running mon && running osd && running rgw; then cat "$dir/s3.env"; return; fi
  install_packages
  stop_all
  mkdir -p "$dir"/{log,run,mon,osd,rgw}
  chmod 700 "$dir"
  taken=()
  free_port; http_port=${NEBULAKEEP_CEPH_HTTP_PORT:-$REPLY}
  free_port; tls_port=${NEBULAKEEP_CEPH_TLS_PORT:-$REPLY}
  free_port; mon_port=$REPLY
  free_port; mon_v1_port=$REPLY
  fsid=$(cat /proc/sys/kernel/random/uuid)
  trap 'say "start failed"; tail -n 5 "$dir"/log/*.out >&2 || true; stop_processes' ERR
  [[ $tls == yes ]] && make_certificates
  make_keys
  write_config
  start_monitor
  start_osd
  start_gateway
  {
    echo "S3_ENDPOINT=http://$address:$http_port"
    [[ $tls == no ]] || printf '%s\n' "S3_TLS_ENDPOINT=https://$address:$tls_port" "S3_CA_FILE=$dir/ca.pem"
    echo "S3_ACCESS_KEY_FILE=$dir/access-key"
    echo "S3_SECRET_KEY_FILE=$dir/secret-key"
    echo "S3_KMS_KEY_ID=testkey-1"
  } >"$dir/s3.env"
  if [[ -n ${NEBULAKEEP_CEPH_OWNER:-} ]]; then watch_owner "$NEBULAKEEP_CEPH_OWNER" >/dev/null 2>&1 </dev/null & fi
  cat "$dir/s3.env"
}

stop_processes() {
  local name pid
  for name in "${daemons[@]}"; do
    running "$name" || continue
    pid=$(cat "$dir/$name.pid")
    kill "$pid" 2>/dev/null || continue
    for _ in {1..25}; do running "$name" || break; sleep 0.2; done
    ! running "$name" || kill -9 "$pid" 2>/dev/null || true
  done
}

stop_all() {
  stop_processes
  [[ ! -e $dir/ceph.conf ]] || rm -rf "$dir"
}

show_status() {
  local name all=0
  for name in mon osd rgw; do
    if running "$name"; then
      echo "$name pid=$(cat "$dir/$name.pid") rss_mb=$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$(cat "$dir/$name.pid")/status")"
    else
      echo "$name stopped"
      all=1
    fi
  done
  return $all
}

case $command in
  start) start_all ;;
  stop | wipe) stop_all ;;
  status) show_status ;;
  *) echo "usage: $0 start [--tls] | stop | status | wipe   [--dir DIR]" >&2; exit 2 ;;
esac
