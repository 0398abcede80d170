using System.Text;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Nebula.Tests;

/// <summary>
/// Bytes written out in the specification: spec/graph-service.md §3.6, spec/meta-thrift.md §14, spec/row-format.md §7.4, §7.5, §8.5.
/// </summary>
public sealed class GoldenHexTests
{
    const long Session = 1_700_000_000_000_000;
    const string NoHeaderInfo = "0fff 0000 00000000 0001 02 00 00 00";

    [Fact]
    public void Graph_calls_as_official_clients_send_them()
    {
        Call(GraphService.Authenticate, new AuthenticateArgs { Username = "root", Password = "nebula" })
            .ShouldBe(Hex($"0000002d {NoHeaderInfo} 82 22 00 0c 61757468656e746963617465 18 04 726f6f74 18 06 6e6562756c61 00"));
        Call(GraphService.ExecuteWithParameter, new ExecuteWithParameterArgs { SessionId = Session, Stmt = "SHOW SPACES" })
            .ShouldBe(Hex($"0000003f {NoHeaderInfo} 82 22 00 14 6578656375746557697468506172616d65746572 16 8080f28183898506 18 0b 53484f5720535041434553 1b 00 00"));
        Call(GraphService.Execute, new ExecuteArgs { Stmt = "YIELD 1" })
            .ShouldBe(Hex($"00000025 {NoHeaderInfo} 82 22 00 07 65786563757465 16 00 18 07 5949454c442031 00"));
        Call(GraphService.Signout, new SignoutArgs { SessionId = Session })
            .ShouldBe(Hex($"00000023 {NoHeaderInfo} 82 82 00 07 7369676e6f7574 16 8080f28183898506 00"));
    }

    [Fact]
    public void The_first_call_of_nebula_go_with_its_metadata_is_understood()
    {
        var frame = Hex("0fff 0000 00000000 000d 02 00 01 01 0f 636c69656e745f6d65746164617461 1e 7b226167656e74223a226865616465727472616e73706f72742e676f227d 00" +
            "82 22 00 13 766572696679436c69656e7456657273696f6e 1c 18 05 332e302e30 00 00");

        var opened = MessageFrame.Open(frame, ThriftLimits.Server);

        opened.Format.ShouldBe(new FrameFormat(ThriftWire.HeaderCompact));
        opened.Reader.ReadMessageBegin().ShouldBe(new ThriftMessage("verifyClientVersion", ThriftMessageType.Call, 0));
        GraphService.VerifyClientVersion.ReadArgs(opened.Reader).Version.ShouldBe("3.0.0");
    }

    [Fact]
    public void The_reply_to_it_has_the_long_form_of_field_0()
    {
        var reply = MessageFrame.Encode(new FrameFormat(ThriftWire.HeaderCompact),
            new ThriftMessage("verifyClientVersion", ThriftMessageType.Reply, 0),
            w => GraphService.VerifyClientVersion.WriteResult(w, new Nebula.Graph.VerifyClientVersionResp { ErrorCode = ErrorCode.SUCCEEDED }));

        reply.ToArray().ShouldBe(Hex($"0000002b {NoHeaderInfo} 82 42 00 13 766572696679436c69656e7456657273696f6e 0c 00 15 00 00 00"));
    }

    [Fact]
    public void Graph_responses()
    {
        CompactIs(new AuthResponse { ErrorCode = ErrorCode.SUCCEEDED, SessionId = Session, TimeZoneOffsetSeconds = 0,
            TimeZoneName = "UTC" }, "15 00 26 8080f28183898506 15 00 18 03 555443 00");
        var one = new ExecutionResponse
        {
            ErrorCode = ErrorCode.SUCCEEDED, LatencyInUs = 1234, SpaceName = "",
            Data = new DataSet { ColumnNames = ["Name"], Rows = [new Row { Values = [Value.Of("test")] }] },
        };
        CompactIs(one, "15 00 16 a413 1c 19 18 04 4e616d65 19 1c 19 1c 58 04 74657374 00 00 00 18 00 00");
        BinaryIs(one, "080001 00000000 0a0002 00000000000004d2 0c0003 0f0001 0b 00000001 00000004 4e616d65 0f0002 0c 00000001 0f0001 0c 00000001 0b0005 00000004 74657374 00 00 00 0b0004 00000000 00");
        CompactIs(new Edge
        {
            Src = Value.Of("a"), Dst = Value.Of("b"), Type = 1, Name = "follow",
            Props = new Dictionary<string, Value> { ["degree"] = Value.Of(95) },
        }.AsValue(), "ac 1c 58 01 61 00 1c 58 01 62 00 15 02 18 06 666f6c6c6f77 16 00 1b 01 8c 06 646567726565 36 be01 00 00 00");
    }

    [Fact]
    public void Default_values_and_long_field_ids()
    {
        CompactIs(Value.Of(18), "36 24 00");
        CompactIs(Value.Of("abc"), "58 03 61 62 63 00");
        CompactIs(Value.Of(true), "21 00");
        CompactIs(Value.Of(false), "22 00");
        CompactIs(Value.Of(1.5), "47 3f f8 00 00 00 00 00 00 00");
        CompactIs(Value.Null, "15 00 00");
        CompactIs(Value.Empty, "00");
        CompactIs(new Value { DVal = new GraphDate { Year = 2020, Month = 2, Day = 20 } }, "6c 14 c8 1f 13 02 13 14 00 00");
        CompactIs(new Value { DuVal = new GraphDuration { Seconds = 1, Microseconds = 2, Months = 3 } }, "0c 22 16 02 15 04 15 06 00 00");
        var moment = new GraphDateTime { Year = 2020, Month = 2, Day = 20, Hour = 10, Minute = 30, Sec = 45, Microsec = 54321 };
        CompactIs(new Value { DtVal = moment }, "8c 14 c8 1f 13 02 13 14 13 0a 13 1e 13 2d 15 e2 d0 06 00 00");
    }

    [Fact]
    public void Values_of_meta_tables()
    {
        var text = new ColumnTypeDef { Type = PropertyType.STRING };
        var number = new ColumnTypeDef { Type = PropertyType.INT64 };
        CompactIs(new Schema { Columns = [Column("name", text), Column("age", number)] },
            "192c18046e616d651c150c00210018036167651c15040021001c0000");
        CompactIs(new Schema { Columns = [Column("degree", number)] }, "191c18066465677265651c15040021001c0000");
        CompactIs(Column("age", number) with { DefaultValue = Hex("00362400"), Nullable = false }, "18036167651c1504001804003624001200");
        CompactIs(Column("name", new ColumnTypeDef { Type = PropertyType.FIXED_STRING, TypeLength = 20 }), "18046e616d651c150e1428002100");
        CompactIs(Column("loc", new ColumnTypeDef { Type = PropertyType.GEOGRAPHY, GeoShape = GeoShape.POINT }),
            "18036c6f631c153e2502002100");
        CompactIs(new DirInfo { Root = "/r", Data = ["/r/data"] }, "18022f721918072f722f6461746100");
        CompactIs(new SpaceDesc
        {
            SpaceName = "test", PartitionNum = 10, ReplicaFactor = 1, CharsetName = "utf8", CollateName = "utf8_bin",
            VidType = new ColumnTypeDef { Type = PropertyType.FIXED_STRING, TypeLength = 20 }, ZoneNames = ["default_zone_127.0.0.1_9779"],
        }, "180474657374151415021804757466381808757466385f62696e1c150e14280019181b64656661756c745f7a6f6e655f3132372e302e302e315f3937373900");
    }

    [Fact]
    public void Meta_calls()
    {
        FramedIs(MetaService.ListCluster, ListClusterInfoReq.Empty,
            "0000001c 80010001 0000000b 6c697374436c7573746572 00000000 0c0001 00 00");
        FramedIs(MetaService.CreateBackup, new CreateBackupReq { Spaces = [] },
            $"00000025 80010001 0000000c {Ascii("createBackup")} 00000000 0c0001 0f0001 0b 00000000 00 00");
        FramedIs(MetaService.VerifyClientVersion, Nebula.Meta.VerifyClientVersionReq.Empty,
            $"00000049 80010001 00000013 {Ascii("verifyClientVersion")} 00000000 0c0001 0b0001 00000005 332e302e30 0c0002 0b0001 00000000 080002 00000000 00 0b0003 00000000 00 00");
        FramedIs(MetaService.AgentHeartbeat, new AgentHBReq { Host = HostAddr.Of(new HostAddress("h", 8888)), GitInfoSha = "abc" },
            $"0000003c 80010001 0000000e {Ascii("agentHeartbeat")} 00000000 0c0001 0c0001 0b0001 00000001 68 080002 000022b8 00 0b0002 00000003 616263 00 00");
        var pair = new HostPair { FromHost = HostAddr.Of(new HostAddress("s0", 9779)), ToHost = HostAddr.Of(new HostAddress("t0", 9779)) };
        FramedIs(MetaService.RestoreMeta, new RestoreMetaReq { Files = ["/d/__parts__.sst"], Hosts = [pair] },
            $"00000069 80010001 0000000b {Ascii("restoreMeta")} 00000000 0c0001 0f0001 0b 00000001 00000010 {Ascii("/d/__parts__.sst")} 0f0002 0c 00000001 " +
            "0c0001 0b0001 00000002 7330 080002 00002633 00 0c0002 0b0001 00000002 7430 080002 00002633 00 00 00 00");
    }

    [Fact]
    public void The_meta_file_of_the_specification()
    {
        var file = Hex("0000012e 0d0001 08 0c 00000001 00000001 0c0001 0b0001 00000003 6e6261 080002 00000001 080003 00000001 0b0004 00000004 75746638 " +
            "0b0005 00000008 757466385f62696e 0c0006 080001 00000000 00 0f0007 0b 00000001 00000001 7a 00 0f0002 0c 00000001 " +
            "0c0001 0b0001 00000002 7330 080002 00002633 00 0f0002 0c 00000001 080001 00000001 0d0002 08 0c 00000001 00000001 " +
            "0a0001 0000000000000005 0a0002 0000000000000002 0a0003 0000000000000000 0b0004 00000000 00 " +
            "0b0003 00000019 2f642f6e6562756c612f312f636865636b706f696e74732f42 00 00 00 0f0002 0b 00000001 0000000d 5f5f70617274735f5f2e737374 " +
            "0b0003 00000001 42 020004 01 020005 01 0a0006 0000018bcfe56800 0b0007 00000000 0f0008 0c 00000000 0a0009 0000000000000000 00");

        var meta = BackupMetaFile.Read(file);

        meta.SpaceBackups[1].HostBackups[0].Checkpoints[0].DataPath.ShouldBe("/d/nebula/1/checkpoints/B");
        BackupMetaFile.Write(meta).ShouldBe(file);
    }

    [Fact]
    public void A_message_for_people_that_was_cut_within_a_character_is_still_shown()
    {
        var response = AuthResponse.Read(new CompactProtocolReader(Hex("15 d10f 18 03 61 62 c3 00"), ThriftLimits.Client));

        (response.ErrorCode, response.ErrorMsg).ShouldBe((ErrorCode.E_BAD_USERNAME_PASSWORD, "ab\uFFFD"));
    }

    static ColumnDef Column(string name, ColumnTypeDef type) => new() { Name = name, Type = type, Nullable = true };

    static byte[] Call<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method, TRequest request)
    {
        var message = new ThriftMessage(method.Name, method.IsOneway ? ThriftMessageType.Oneway : ThriftMessageType.Call, 0);
        return MessageFrame.Encode(new FrameFormat(ThriftWire.HeaderCompact), message, w => method.WriteArgs(w, request)).ToArray();
    }

    static void FramedIs<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method, TRequest request, string hex)
    {
        var frame = MessageFrame.Encode(new FrameFormat(ThriftWire.FramedBinary),
            new ThriftMessage(method.Name, ThriftMessageType.Call, 0), w => method.WriteArgs(w, request));
        frame.ToArray().ShouldBe(Hex(hex));
    }

    static void CompactIs<T>(T value, string hex) where T : IThriftStruct<T>
    {
        var writer = new CompactProtocolWriter();
        value.Write(writer);
        writer.Written.ToArray().ShouldBe(Hex(hex));
        T.Read(new CompactProtocolReader(Hex(hex), ThriftLimits.Server)).ShouldBe(value);
    }

    static void BinaryIs<T>(T value, string hex) where T : IThriftStruct<T>
    {
        var writer = new BinaryProtocolWriter();
        value.Write(writer);
        writer.Written.ToArray().ShouldBe(Hex(hex));
        T.Read(new BinaryProtocolReader(Hex(hex), ThriftLimits.Server)).ShouldBe(value);
    }

    static string Ascii(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));

    static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}

static class EdgeValues
{
    internal static Value AsValue(this Edge edge) => new() { EVal = edge };
}
