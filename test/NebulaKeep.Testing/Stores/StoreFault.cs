using NebulaKeep.ObjectStore;

namespace NebulaKeep.Testing.Stores;

/// <summary>What goes wrong with one call.</summary>
public abstract record StoreFault
{
    StoreFault() { }

    /// <summary>Fails and does nothing.</summary>
    public sealed record Fail(StoreFailure Failure) : StoreFault;

    /// <summary>Does what was asked and then fails, as when the answer is lost.</summary>
    public sealed record FailAfterwards(StoreFailure Failure) : StoreFault;

    /// <summary>Never answers; only cancelling ends the call.</summary>
    public sealed record Hang : StoreFault;

    /// <summary>Changes one byte of the content that passes, written or read, and says nothing. For Put and Read.</summary>
    public sealed record Corrupt(long Offset = 0) : StoreFault;

    /// <summary>Breaks off the content after so many bytes: what is read fails, what is written is refused. For Put and Read.</summary>
    public sealed record BreakOff(long After) : StoreFault;
}
