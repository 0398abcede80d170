using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Tests.Calls;

public sealed class ErrorCodesTests
{
    static readonly HostAddress Metad = new("m1", 9559);

    [Fact]
    public void An_error_says_what_was_called_where_and_what_to_do()
    {
        var error = new NebulaErrorException(ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE, "listCluster", Metad);

        error.Message.ShouldStartWith("listCluster at m1:9559: E_LIST_CLUSTER_NO_AGENT_FAILURE (-2072): a host has no agent");
        error.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public void The_servers_own_text_goes_first()
    {
        var error = new NebulaErrorException(ErrorCode.E_CLIENT_SERVER_INCOMPATIBLE, "verifyClientVersion", Metad,
            "Meta client handshakeKey(2.6.0) is not accepted.");

        error.Message.ShouldEndWith("(-3061): Meta client handshakeKey(2.6.0) is not accepted.");
    }

    [Fact]
    public void A_code_without_a_name_is_shown_as_its_number() => ErrorCodes.NameOf((ErrorCode)(-9999)).ShouldBe("error -9999");

    [Theory]
    [InlineData(ErrorCode.E_LEADER_CHANGED, true)]
    [InlineData(ErrorCode.E_RAFT_WRITE_BLOCKED, true)]
    [InlineData(ErrorCode.E_BACKUP_RUNNING_JOBS, true)]
    [InlineData(ErrorCode.E_SPACE_NOT_FOUND, false)]
    [InlineData(ErrorCode.E_RESTORE_FAILURE, false)]
    public void Some_errors_pass_by_themselves(ErrorCode code, bool transient) =>
        new NebulaErrorException(code, "x", Metad).IsTransient.ShouldBe(transient);
}
