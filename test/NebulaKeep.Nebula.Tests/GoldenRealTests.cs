using System.Text.Json.Nodes;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Nebula.Tests.Support;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Nebula.Tests;

/// <summary>Bytes recorded from a NebulaGraph 3.8.0 cluster.</summary>
public sealed class GoldenRealTests
{
    // Requests made by hand to see what servers do with missing fields: fields of default requiredness come back when we write them.
    static readonly string[] Incomplete =
    [
        "errors/21_getSpace.req.bin", "errors/24_verifyClientVersion.req.bin", "errors/25_verifyClientVersion.req.bin",
    ];

    static readonly string[] UnknownMethods = ["errors/20_fooBar.req.bin", "storage_admin_framed/07_noSuchMethod.req.bin"];

    public static TheoryData<string> Messages =>
        [.. GoldenFiles.Find("wire-real", "*.re*.bin").Where(p => p.EndsWith(".req.bin")
            || p.EndsWith(".resp.bin")).Except(UnknownMethods.Select(InFolder))];

    public static TheoryData<string> IndexedCalls => [.. Index.Select(entry => (string)entry["file"]!)];

    public static TheoryData<string> CompactStructs =>
        [.. GoldenFiles.Find("wire-real", "*.args.bin").Concat(GoldenFiles.Find("wire-real", "*.result.bin"))];

    static IEnumerable<JsonNode> Index => GoldenFiles.Json("wire-real/index.json").AsArray().Select(node => node!);

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_decodes_and_encodes_to_the_same_bytes_but_for_the_order_of_maps(string path)
    {
        var (message, value) = Services.Decode(GoldenFiles.Frame(path));
        value.ShouldNotBeNull();

        var ours = Services.Encode(ThriftWire.FramedBinary, message, value);

        if (Incomplete.Any(p => path.EndsWith(p))) ours.Length.ShouldBeGreaterThan(GoldenFiles.Bytes(path).Length);
        else if (HasUnorderedMaps(path)) SameBytesInSomeOrder(ours, GoldenFiles.Bytes(path));
        else ours.ShouldBe(GoldenFiles.Bytes(path));
        if (value is not ThriftApplicationException) Services.Decode(ours.AsMemory(4)).Value.ShouldBe(value);
    }

    [Theory]
    [MemberData(nameof(IndexedCalls))]
    public void A_call_has_the_sequence_id_and_code_that_were_observed(string file)
    {
        var entry = Index.Single(e => (string)e["file"]! == file);
        var method = file[(file.IndexOf('/') + 4)..];

        var request = Services.Decode(GoldenFiles.Frame(InFolder(file + ".req.bin"))).Message;
        request.ShouldBe(new ThriftMessage(method, ThriftMessageType.Call, (int)entry["seqid"]!));
        if ((int)entry["replyBytes"]! == 0) return;
        var (reply, value) = Services.Decode(GoldenFiles.Frame(InFolder(file + ".resp.bin")));

        (reply.Name, reply.SequenceId).ShouldBe((method, request.SequenceId));
        if (entry["code"] is { } code) ErrorCodes.NameOf((ErrorCode)((dynamic)value!).Code).ShouldBe((string)code!);
        if (entry["exception"] is { } text) value.ShouldBeOfType<ThriftApplicationException>().Message.ShouldBe((string)text!);
    }

    [Fact]
    public void The_backup_of_two_spaces_has_the_hosts_and_directories_that_were_there()
    {
        var (_, value) = Services.Decode(GoldenFiles.Frame(InFolder("br_backup_local/03_createBackup.resp.bin")));

        var meta = value.ShouldBeOfType<CreateBackupResp>().Meta;

        meta.BackupName.ShouldBe("BACKUP_2026_11_22_10_11_11");
        meta.Full.ShouldBeTrue();
        meta.AllSpaces.ShouldBeTrue();
        meta.SpaceBackups.Values.Select(s => s.Space.SpaceName).ShouldBe(["golden_a", "golden_b", "golden_c"], ignoreOrder: true);
        meta.SpaceBackups.Values.SelectMany(s => s.HostBackups).SelectMany(h =>
            h.Checkpoints).Count().ShouldBe(9); // nebula-br uploaded nine directories
        meta.MetaFiles.ShouldAllBe(path => path.EndsWith(".sst"));
    }

    [Fact]
    public void A_follower_names_the_leader()
    {
        var (_, value) = Services.Decode(GoldenFiles.Frame(InFolder("leader_changed/03_createBackup.resp.bin")));

        var response = value.ShouldBeOfType<CreateBackupResp>();

        response.Code.ShouldBe(ErrorCode.E_LEADER_CHANGED);
        response.Leader.ToAddress().ToString().ShouldBe("127.0.3.1:9559");
    }

    [Fact]
    public void A_put_while_writes_are_blocked_fails_in_its_partition()
    {
        var (_, value) = Services.Decode(GoldenFiles.Frame(InFolder("storage_put_blocked/01_put.resp.bin")));

        value.ShouldBeOfType<ExecResponse>().Result.FailedParts.ShouldHaveSingleItem().Code.ShouldBe(ErrorCode.E_RAFT_WRITE_BLOCKED);
    }

    [Theory]
    [MemberData(nameof(CompactStructs))]
    public void A_compact_struct_between_daemons_decodes_and_encodes_to_the_same_bytes_but_for_the_order_of_maps(string path)
    {
        var bytes = GoldenFiles.Bytes(path);
        var method = Path.GetFileName(path).Split('_', '.')[1];
        var isArgs = path.EndsWith(".args.bin");

        var value = Services.ReadCompact(method, isArgs, bytes);
        var ours = Services.WriteCompact(method, isArgs, value);

        if (path.Contains("heartbeat_samples") || path.Contains("createCheckpoint.result")
            || path.Contains("listUsers.result")) SameBytesInSomeOrder(ours, bytes);
        else ours.ShouldBe(bytes);
        Services.ReadCompact(method, isArgs, ours).ShouldBe(value);
    }

    static string InFolder(string path) => Path.Combine("wire-real", path);

    static bool HasUnorderedMaps(string path) => path.EndsWith(".resp.bin")
        && (path.Contains("createBackup") || path.Contains("listCluster") ||
        path.Contains("listHosts") || path.Contains("getPartsAlloc") || path.Contains("createCheckpoint"));

    static void SameBytesInSomeOrder(byte[] ours, byte[] theirs) => ours.Order().ShouldBe(theirs.Order());
}
