using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>The calls that any metad answers for itself (spec/meta-thrift.md §3, §7.2), and graphd's version (§7.15).</summary>
sealed class HandshakeHandler(MetaContext context)
{
    public VerifyClientVersionResp Verify(VerifyClientVersionReq request)
    {
        if (context.Options.ClientWhiteList.Split(':').Contains(request.ClientVersion, StringComparer.Ordinal)) return new VerifyClientVersionResp();
        return new VerifyClientVersionResp
        {
            Code = ErrorCode.E_CLIENT_SERVER_INCOMPATIBLE,
            ErrorMsg = $"Meta client handshakeKey({request.ClientVersion}) is not accepted.",
        };
    }

    public GetMetaDirInfoResp DirInfo() =>
        new() { Dir = new DirInfo { Root = context.Environment.WorkingDirectory, Data = [context.Options.DataPath] } };

    public async Task<SaveGraphVersionResp> SaveGraphVersionAsync(SaveGraphVersionReq request, CancellationToken cancellationToken)
    {
        // The first 8 bytes of the real value are garbage where a length was meant (spec/meta-thrift.md §7.15).
        var value = new BytesWriter().Int64(request.BuildVersion.Length).Ascii(request.BuildVersion).ToArray();
        await context.Group.CommitAsync(new Store.MetaBatch().Put(MetaKeys.Version(request.Host.ToAddress()), value), cancellationToken);
        return new SaveGraphVersionResp();
    }
}
