using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.DevCluster.Tests.Codec;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.DevCluster.Tests.Wal;

public sealed class LogMessageTests
{
    static readonly LogChange Put = new(LogChangeKind.Put, "k"u8.ToArray(), "vv"u8.ToArray());
    static readonly LogChange Removal = new(LogChangeKind.Remove, "r"u8.ToArray());
    static readonly LogChange Range = new(LogChangeKind.RemoveRange, "a"u8.ToArray(), "b"u8.ToArray());

    public static TheoryData<LogOperation, LogChange[], string> Messages => new()
    {
        { LogOperation.Put, [Put], "01 02000000 01000000 6b 02000000 7676" },
        { LogOperation.MultiPut, [Put, Put], "02 04000000 01000000 6b 02000000 7676 01000000 6b 02000000 7676" },
        { LogOperation.Remove, [Removal], "03 01000000 72" },
        { LogOperation.MultiRemove, [Removal, Removal], "04 02000000 01000000 72 01000000 72" },
        { LogOperation.RemoveRange, [Range], "06 02000000 01000000 61 01000000 62" },
        { LogOperation.BatchWrite, [Put, Removal, Range],
            "11 03000000 01 01000000 6b 02000000 7676 02 01000000 72 00000000 03 01000000 61 01000000 62" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Messages_are_written_and_read_in_upstreams_form(LogOperation operation, LogChange[] changes, string body)
    {
        var bytes = new LogMessage(7, operation, changes).Encode();

        Hex.Text(bytes).ShouldBe(Hex.Normal("0700000000000000" + body));
        Same(LogMessage.Parse(bytes), new LogMessage(7, operation, changes)).ShouldBeTrue();
    }

    [Fact]
    public void Changes_of_the_replicas_change_no_data() =>
        LogMessage.Parse(Hex.Bytes("0700000000000000 09 1801 00")).Changes.ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("0700000000000000")]
    [InlineData("0700000000000000 05")]
    [InlineData("0700000000000000 02 ffffff7f")]
    [InlineData("0700000000000000 02 ffffffff")]
    [InlineData("0700000000000000 02 01000000 00000000")]
    [InlineData("0700000000000000 03 05000000 72")]
    [InlineData("0700000000000000 11 01000000 09 00000000 00000000")]
    public void Broken_messages_are_refused(string bytes) => Should.Throw<WalException>(() => LogMessage.Parse(Hex.Bytes(bytes)));

    [Fact]
    public void Any_batch_comes_back() => Prop.ForAll<(byte, byte[], byte[])[], long>((parts, time) =>
    {
        var message = new LogMessage(time, LogOperation.BatchWrite,
            [.. parts.Select(part => new LogChange((LogChangeKind)((part.Item1 % 3) + 1), part.Item2, part.Item3))]);
        return Same(LogMessage.Parse(message.Encode()), message);
    }).QuickCheckThrowOnFailure();

    static bool Same(LogMessage a, LogMessage b) =>
        a.Milliseconds == b.Milliseconds && a.Operation == b.Operation && a.Changes.Count == b.Changes.Count
        && a.Changes.Zip(b.Changes).All(pair => pair.First.Kind == pair.Second.Kind
            && pair.First.Key.Span.SequenceEqual(pair.Second.Key.Span) && pair.First.Value.Span.SequenceEqual(pair.Second.Value.Span));
}
