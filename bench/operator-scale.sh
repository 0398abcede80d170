#!/usr/bin/env bash
# Measures nebula-operator with 5,000 NebulaBackups and 200 NebulaClusters on a real API server; see bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

eng/kubernetes/install.sh
dotnet build -c Release -v quiet test/NebulaKeep.Operator.Tests
exec artifacts/bin/NebulaKeep.Operator.Tests/release/NebulaKeep.Operator.Tests \
  -noColor -showLiveOutput -explicit only -class NebulaKeep.Operator.Tests.Scale.OperatorScaleTests
