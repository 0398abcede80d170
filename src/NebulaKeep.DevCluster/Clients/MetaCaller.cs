using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.DevCluster.Clients;

/// <summary>
/// Calls the leading metad, as the daemons do: 60 s for an answer, and up to three more attempts at the leader named or at the next
/// metad (spec/graph-service.md §8).
/// </summary>
sealed class MetaCaller(ThriftPool pool, IReadOnlyList<HostAddress> metads, TimeProvider clock)
{
    const int Attempts = 4;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    HostAddress current = metads[0];

    /// <summary>The response, whatever its code; E_LEADER_CHANGED only after the last attempt.</summary>
    /// <exception cref="NebulaKeepException">No metad answers.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken) where TResponse : IMetaResponse
    {
        for (var attempt = 1; ; attempt++)
        {
            var asked = current;
            try
            {
                var response = await pool.CallAsync(asked, method, request, Patience, cancellationToken);
                if (response.Code != ErrorCode.E_LEADER_CHANGED || attempt == Attempts) return response;
                if (Follow(asked, response.Leader)) continue;
            }
            catch (NebulaKeepException) when (attempt < Attempts)
            {
                Follow(asked, HostAddr.Empty);
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>Turns to the leader named (true: at once), or to the next metad.</summary>
    bool Follow(HostAddress asked, HostAddr leader)
    {
        if (leader.Port > 0 && leader.ToAddress() != asked)
        {
            current = leader.ToAddress();
            return true;
        }

        var index = metads.ToList().IndexOf(asked);
        current = metads[(index + 1) % metads.Count];
        return false;
    }
}
