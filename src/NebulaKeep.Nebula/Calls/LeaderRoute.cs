using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Calls;

/// <summary>
/// What a client knows of its metads: the addresses it was given, and who was the leader last. Shared by all calls of a client;
/// a leader that a server names is followed even if it is not among the addresses given.
/// </summary>
sealed class LeaderDirectory(IReadOnlyList<HostAddress> addresses)
{
    readonly Lock gate = new();
    HostAddress? leader;
    int position;

    /// <summary>The leader, as far as known, else the address whose turn it is.</summary>
    internal HostAddress Current
    {
        get
        {
            lock (gate) return leader ?? addresses[position];
        }
    }

    /// <summary>
    /// The leader moved from <paramref name="asked"/> to <paramref name="named"/>, which is empty while servers elect one. True if that is
    /// news.
    /// </summary>
    internal bool Moved(HostAddress asked, HostAddress named)
    {
        lock (gate)
        {
            if (named.IsEmpty || named == asked)
            {
                Advance(asked);
                return false;
            }
            leader = named;
            return true;
        }
    }

    /// <summary>The server did not answer: another one's turn.</summary>
    internal void Lost(HostAddress asked)
    {
        lock (gate) Advance(asked);
    }

    void Advance(HostAddress asked)
    {
        leader = null;
        if (addresses[position] == asked) position = (position + 1) % addresses.Count;
    }
}

/// <summary>The way of one call to the leader. Two servers that point at each other are not followed in a circle without a pause.</summary>
sealed class LeaderRoute<TResponse>(LeaderDirectory directory) : IServerRoute<TResponse> where TResponse : IMetaResponse
{
    readonly HashSet<HostAddress> followed = [];
    HostAddress asked;

    public HostAddress Next => asked = directory.Current;

    public RouteStep? Refused(TResponse response, ErrorCode code)
    {
        if (code == ErrorCode.E_LEADER_LEASE_FAILED) return RouteStep.AfterPause;
        if (code != ErrorCode.E_LEADER_CHANGED) return null;
        var named = response.Leader.ToAddress();
        return directory.Moved(asked, named) && followed.Add(named) ? RouteStep.AtOnce : RouteStep.AfterPause;
    }

    public void Failed() => directory.Lost(asked);
}
