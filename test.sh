#!/usr/bin/env bash
# Builds everything and runs the tests.
#   ./test.sh          all of them; installs what they need and starts the servers they talk to (builds Kubernetes once, 5 to 25 minutes)
#   ./test.sh unit     only those that need no server
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# The tests start hundreds of short programs: what only pays off later costs them most of their time.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0

case "${1:-all}" in
  all)  eng/install.sh test; eng/kubernetes/install.sh --node; filter= ;;
  unit) eng/install.sh demo; filter='Category!=Server' ;;
  *)    echo "usage: ./test.sh [unit]" >&2; exit 2 ;;
esac

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
dotnet build NebulaKeep.slnx -v quiet

status=0
dotnet test NebulaKeep.slnx --no-build -m:1 --logger trx --results-directory "$results" ${filter:+--filter "$filter"} || status=$?

sum() { grep -ho '<Counters [^>]*' "$results"/*.trx | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'; }
total=$(sum total) passed=$(sum passed)
failed=$(sum failed)
echo "$passed passed, $failed failed, $((total - passed - failed)) skipped"
exit "$status"
