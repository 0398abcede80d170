namespace NebulaKeep.Nebula.Calls;

/// <summary>Whether a call may be sent again when its reply was lost.</summary>
enum CallKind
{
    /// <summary>Twice does no more than once: reads, heartbeats, drops.</summary>
    Repeatable,

    /// <summary>Sent again only if it surely never reached a server; gets a fresh connection, so that a stale one cannot eat it.</summary>
    Once,
}
