using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Restores;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>An operator with the rights that it is installed with, behind a proxy that sees what it does.</summary>
sealed record ProxiedOperator(RunningOperator Operator, ApiServerProxy Proxy) : IAsyncDisposable
{
    public static async Task<ProxiedOperator> StartAsync(KubernetesFixture kubernetes, OperatorOptions options, IClusterDaemons? daemons = null, string installedIn = "nebula-system", IBackupLooker? backups = null)
    {
        var proxy = await ApiServerProxy.StartAsync(kubernetes.AdminConfig);
        return new ProxiedOperator(RunningOperator.Start(await kubernetes.OperatorConfigAsync(proxy.Address, installedIn), options, daemons: daemons, backups: backups), proxy);
    }

    public async ValueTask DisposeAsync()
    {
        await Operator.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
