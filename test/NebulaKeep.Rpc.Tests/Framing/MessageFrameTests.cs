using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Rpc.Framing;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Rpc.Tests.Framing;

public sealed class MessageFrameTests
{
    const int Limit = 1000;

    [Fact]
    public void What_was_written_is_read() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var valid = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Get));
            var message = new MoveDirRequest { SrcPath = valid, DstPath = "/data" };
            return message.Equals(Read(MessageFrame.Encode(message)).GetAwaiter().GetResult());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task The_end_of_the_stream_is_no_message() => (await Read([])).ShouldBeNull();

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 3, 233 })]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 })]
    public async Task A_length_above_the_limit_is_refused_before_any_body_is_read(byte[] header) =>
        (await Should.ThrowAsync<GrpcStatusException>(() => Read(header))).Code.ShouldBe(GrpcStatusCode.ResourceExhausted);

    [Theory]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 4, 10, 2 })]
    public async Task A_cut_message_is_a_cut_connection(byte[] bytes) =>
        (await Should.ThrowAsync<GrpcStatusException>(() => Read(bytes))).Code.ShouldBe(GrpcStatusCode.Unavailable);

    [Fact]
    public async Task A_compressed_message_is_refused() =>
        (await Should.ThrowAsync<GrpcStatusException>(() => Read([1, 0, 0, 0, 0]))).Code.ShouldBe(GrpcStatusCode.Unimplemented);

    [Fact]
    public async Task Bytes_that_are_no_protobuf_are_refused() =>
        (await Should.ThrowAsync<GrpcStatusException>(() => Read([0, 0, 0, 0, 2, 10, 200]))).Code.ShouldBe(GrpcStatusCode.Internal);

    static async Task<MoveDirRequest?> Read(byte[] bytes) =>
        await MessageFrame.ReadAsync(new MemoryStream(bytes), MoveDirRequest.Parser, Limit, CancellationToken.None);
}
