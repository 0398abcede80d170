using System.Buffers.Binary;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Tests.Frames;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task A_frame_of_any_size_is_read_whole(int size)
    {
        var body = Enumerable.Range(0, size).Select(i => (byte)(i * 7)).ToArray();

        var read = await FrameReader.ReadBodyAsync(new MemoryStream(body), Length(size), 1 << 20, TestContext.Current.CancellationToken);

        read.ToArray().ShouldBe(body);
    }

    [Fact]
    public async Task A_gigabyte_that_is_only_declared_takes_no_gigabyte()
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await Should.ThrowAsync<EndOfStreamException>(() =>
            FrameReader.ReadBodyAsync(new MemoryStream(new byte[100]), Length(1 << 30), 1 << 30, TestContext.Current.CancellationToken));

        // Other tests of the process allocate meanwhile, but none of them half a gigabyte.
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(512L << 20);
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(-1)]
    public async Task A_frame_above_the_limit_is_refused_before_it_is_read(int size) =>
        (await Should.ThrowAsync<ThriftProtocolException>(() =>
            FrameReader.ReadBodyAsync(Stream.Null, Length(size), 1024, TestContext.Current.CancellationToken)))
            .Message.ShouldContain("limit of 1024");

    [Fact]
    public async Task The_end_between_frames_is_told_from_the_end_within_one()
    {
        (await FrameReader.ReadLengthAsync(Stream.Null, TestContext.Current.CancellationToken)).ShouldBeNull();
        await Should.ThrowAsync<EndOfStreamException>(() =>
            FrameReader.ReadLengthAsync(new MemoryStream([0, 0]), TestContext.Current.CancellationToken));
    }

    static byte[] Length(int size)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        return bytes;
    }
}
