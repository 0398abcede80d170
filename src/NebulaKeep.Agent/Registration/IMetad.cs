namespace NebulaKeep.Agent.Registration;

/// <summary>What the agent asks of metad.</summary>
interface IMetad : IAsyncDisposable
{
    /// <summary>Registers this agent with any metad that leads and returns the daemons of its host, metads with their directories.</summary>
    Task<HostReport> RegisterAsync(CancellationToken cancellationToken);
}
