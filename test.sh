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
  all)  eng/install.sh test; eng/kubernetes/install.sh --node; filter= at_once=1 ;;
  unit) eng/install.sh demo; filter='Category!=Server' at_once=2 ;;
  *)    echo "usage: ./test.sh [unit]" >&2; exit 2 ;;
esac

results=$(mktemp -d)
walk=
trap '[ -z "$walk" ] || kill "$walk" 2>/dev/null; rm -rf "$results"' EXIT
dotnet build NebulaKeep.slnx -v quiet

# run FOLDER_OF_RESULTS TESTS FILTER
run() { dotnet test "$2" --no-build "-m:$at_once" --logger trx --results-directory "$1" --filter "$3"; }
status=0
# The walk through the guide waits for pods most of its time, so it runs beside everything else.
if [ -z "$filter" ]; then
  run "$results/walk" test/NebulaKeep.EndToEnd.Tests 'FullyQualifiedName~.Walkthrough.' >"$results/walk.log" 2>&1 &
  walk=$! filter='FullyQualifiedName!~.Walkthrough.'
fi
run "$results" NebulaKeep.slnx "$filter" || status=$?
if [ -n "$walk" ]; then
  echo "Waiting for the walk through the guide …"
  wait "$walk" || status=$?
  walk=
  cat "$results/walk.log"
fi

sum() { find "$results" -name '*.trx' -exec grep -ho '<Counters [^>]*' {} + | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'; }
total=$(sum total) passed=$(sum passed)
failed=$(sum failed)
echo "$passed passed, $failed failed, $((total - passed - failed)) skipped"
exit "$status"
