using System.Text.Json.Nodes;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Tests.Support;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Nebula.Tests;

/// <summary>Bytes of the Go libraries: what they mean is in the JSON beside them, and what we write must be the same bytes.</summary>
public sealed class GoldenWireTests
{
    public static TheoryData<string> Messages => [.. GoldenFiles.Find("wire", "re*.bin")];

    public static TheoryData<string> MetaFiles => [.. GoldenFiles.Find("wire", "*.meta")];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_decodes_to_the_values_of_its_JSON(string path)
    {
        var (message, value) = Services.Decode(GoldenFiles.Frame(path));

        var expected = GoldenFiles.Json(Path.ChangeExtension(path, ".json"));
        var actual = value is ThriftApplicationException e
            ? new JsonObject { ["message"] = e.Message, ["type"] = (int)e.Error }
            : IdlJson.Of(value);
        JsonNode.DeepEquals(actual, expected).ShouldBeTrue($"{message.Name}\n{actual}\ninstead of\n{expected}");
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_encodes_to_the_same_bytes(string path)
    {
        var (message, value) = Services.Decode(GoldenFiles.Frame(path));

        Services.Encode(ThriftWire.FramedBinary, message, value!).ShouldBe(GoldenFiles.Bytes(path));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_survives_every_other_wire_format(string path)
    {
        var (message, value) = Services.Decode(GoldenFiles.Frame(path));
        if (value is ThriftApplicationException) return;

        foreach (var wire in new[] { ThriftWire.FramedCompact, ThriftWire.HeaderBinary, ThriftWire.HeaderCompact })
        {
            var frame = Services.Encode(wire, message, value!);
            Services.Decode(frame.AsMemory(4)).ShouldBe((message, value), wire.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_cut_anywhere_is_refused(string path)
    {
        var frame = GoldenFiles.Frame(path);

        for (var length = 0; length < frame.Length; length++) Should.Throw<ThriftProtocolException>(() => Services.Decode(frame[..length]));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_with_any_byte_changed_is_decoded_or_refused_and_takes_little_memory(string path)
    {
        var frame = GoldenFiles.Frame(path).ToArray();
        for (var at = 0; at < frame.Length * 3; at++)
        {
            var changed = (byte[])frame.Clone();
            changed[at / 3] = (byte)(at % 3 == 0 ? 0xff : at % 3 == 1 ? 0x00 : changed[at / 3] ^ 0x08);
            DecodeOrRefuse(changed);
        }
    }

    [Theory]
    [MemberData(nameof(MetaFiles))]
    public void A_meta_file_of_nebula_br_is_read_and_written_byte_for_byte(string path)
    {
        var file = GoldenFiles.Bytes(path);

        var meta = BackupMetaFile.Read(file);

        var (actual, expected) = (IdlJson.Of(meta), GoldenFiles.Json(path + ".json"));
        JsonNode.DeepEquals(actual, expected).ShouldBeTrue($"{actual}\ninstead of\n{expected}");
        BackupMetaFile.Write(meta).ShouldBe(file);
    }

    static void DecodeOrRefuse(byte[] frame)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var reader = MessageFrame.Open(frame, ThriftLimits.Client).Reader;
            Services.Read(reader, reader.ReadMessageBegin());
        }
        catch (ThriftProtocolException)
        {
            // Refused, as it should be.
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 << 20);
    }

    [Fact]
    public void All_vectors_are_here()
    {
        Messages.Count.ShouldBe(51);
        MetaFiles.Count.ShouldBe(3);
    }
}
