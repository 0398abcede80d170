using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;
using NebulaKeep.Thrift.Tests.Support;

namespace NebulaKeep.Thrift.Tests.Frames;

public sealed class MessageFrameTests
{
    static readonly ThriftMessage Message = new("echo", ThriftMessageType.Call, 42);

    [Theory]
    [InlineData(ThriftWire.FramedBinary)]
    [InlineData(ThriftWire.FramedCompact)]
    [InlineData(ThriftWire.HeaderBinary)]
    [InlineData(ThriftWire.HeaderCompact)]
    public void Every_wire_format_is_recognised(ThriftWire wire) => Prop.ForAll(Samples.Any, sample =>
    {
        var format = wire is ThriftWire.HeaderBinary or ThriftWire.HeaderCompact ? new FrameFormat(wire, 0x01, 77) : new FrameFormat(wire);

        var frame = MessageFrame.Encode(format, Message, sample.Write);

        BinaryPrimitives.ReadInt32BigEndian(frame.Span).ShouldBe(frame.Length - 4);
        var opened = MessageFrame.Open(frame[4..], ThriftLimits.Server);
        opened.Format.ShouldBe(format);
        opened.Transforms.ShouldBe(0);
        opened.Reader.ReadMessageBegin().ShouldBe(Message);
        Sample.Read(opened.Reader).ShouldBe(sample);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0fff0000000000000001 02000000", ThriftWire.HeaderCompact, 0)]
    [InlineData("0fff0000000000000002 02000000 00000000", ThriftWire.HeaderCompact, 0)] // C++, Java and Python pad by a full word
    [InlineData("0fff0000000000000001 00000000", ThriftWire.HeaderBinary, 0)]
    [InlineData("0fff0000000000000001 02010100", ThriftWire.HeaderCompact, 1)]
    public void Headers_of_all_clients_are_understood(string hex, ThriftWire wire, int transforms)
    {
        var (format, found, payload) = HeaderFrame.Parse(Convert.FromHexString(hex.Replace(" ", "")));

        (format.Wire, found, payload.Length).ShouldBe((wire, transforms, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0f")]
    [InlineData("474554202f")]
    [InlineData("0fff")]
    [InlineData("0fff00000000000000")]
    [InlineData("0fff0000000000000001 0200")]
    [InlineData("0fff0000000000000000")]
    [InlineData("0fff0000000000000001 05000000")]
    [InlineData("0fff0000000000000001 ffffffff")]
    [InlineData("0fff0000000000000002 ffffffffffffffff")]
    [InlineData("0fff000000000000ffff 02000000")]
    public void What_is_no_message_is_refused(string hex) =>
        Should.Throw<ThriftProtocolException>(() => MessageFrame.Open(Convert.FromHexString(hex.Replace(" ", "")), ThriftLimits.Server));

    [Fact]
    public void Any_bytes_behind_the_magic_are_read_or_refused() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        try
        {
            MessageFrame.Open(new byte[] { 0x0f, 0xff }.Concat(bytes).ToArray(), ThriftLimits.Server).Reader.ReadMessageBegin();
        }
        catch (ThriftProtocolException)
        {
            // Refused, as it should be.
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
