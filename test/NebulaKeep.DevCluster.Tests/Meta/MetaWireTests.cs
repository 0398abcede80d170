using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>Facts of the wire that were observed with NebulaGraph 3.8.0.</summary>
public sealed class MetaWireTests
{
    [Fact]
    public async Task An_unknown_method_is_an_exception_that_names_it()
    {
        await using var scene = await MetaScene.StartAsync();

        var refused = await Should.ThrowAsync<ThriftApplicationException>(
            scene.CallAsync(ThriftMethod.Of<ListSpacesReq, ListSpacesResp>("dropBackup"), new ListSpacesReq()));

        refused.Message.ShouldContain("Method name dropBackup not found");
        ((int)refused.Error).ShouldBe(1);
    }

    [Fact]
    public async Task A_version_that_is_not_on_the_list_is_refused_with_words()
    {
        await using var scene = await MetaScene.StartAsync();

        var refused = await scene.CallAsync(MetaService.VerifyClientVersion, new VerifyClientVersionReq { ClientVersion = "2.6.0" });

        (refused.Code, refused.ErrorMsg).ShouldBe((ErrorCode.E_CLIENT_SERVER_INCOMPATIBLE, "Meta client handshakeKey(2.6.0) is not accepted."));
        foreach (var version in new[] { "3.0.0", "3.8.0" })
            (await scene.CallAsync(MetaService.VerifyClientVersion, new VerifyClientVersionReq { ClientVersion = version })).Code.ShouldBe(ErrorCode.SUCCEEDED);
    }

    [Fact]
    public async Task A_version_that_is_not_there_counts_as_the_right_one()
    {
        await using var scene = await MetaScene.StartAsync();

        (await scene.CallAsync(ThriftMethod.Of<Nothing, VerifyClientVersionResp>("verifyClientVersion"), new Nothing())).Code.ShouldBe(ErrorCode.SUCCEEDED);
    }

    /// <summary>A request without any field.</summary>
    sealed record Nothing : IThriftStruct<Nothing>
    {
        public static Nothing Read(ThriftReader reader) => throw new NotSupportedException();

        public void Write(ThriftWriter writer)
        {
            writer.WriteStructBegin();
            writer.WriteStructEnd();
        }
    }
}
