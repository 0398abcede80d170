namespace NebulaKeep.Nebula;

/// <summary>Constants of NebulaGraph's interface.</summary>
public static class NebulaProtocol
{
    /// <summary>What clients name in verifyClientVersion; unchanged for all of 3.x (spec/meta-thrift.md §3).</summary>
    public const string Version = "3.0.0";

    /// <summary>The admin port of storaged is its data port less this (spec/meta-thrift.md §6).</summary>
    public const int AdminPortOffset = -1;
}
