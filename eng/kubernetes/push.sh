#!/usr/bin/env bash
# Puts an image archive into the registry of a cluster that `up.sh --node` started.
# usage: push.sh RUN_FOLDER ARCHIVE.tar HOST/NAME:TAG       HOST is one of the hosts whose images the node takes from this registry
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/common.sh"
[ $# -eq 3 ] || fail "usage: push.sh RUN_FOLDER ARCHIVE.tar HOST/NAME:TAG"
exec "$here/../../deploy/images/push" --plain-http --user "$registry_user" --password-file "$1/registry.password" "$2" "$registry_address/${3#*/}"
