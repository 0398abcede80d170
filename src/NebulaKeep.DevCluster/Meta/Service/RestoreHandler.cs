using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>restoreMeta: ingests exported tables into this metad's own store, beside the replicated order (spec/meta-thrift.md §7.7).</summary>
sealed partial class RestoreHandler(MetaContext context)
{
    public async Task<RestoreMetaResp> RestoreAsync(RestoreMetaReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        if (request.Files.Count == 0) throw new MetaErrorException(ErrorCode.E_RESTORE_FAILURE);
        Ingest(request.Files);
        var pairs = request.Hosts.Select(p => (From: p.FromHost.ToAddress(), To: p.ToHost.ToAddress())).Where(p => p.From != p.To).ToList();
        var changes = pairs.Count == 0 ? null : HostReplacement.Changes(context.Store, context.Spaces, context.Hosts, pairs.DistinctBy(p => p.From).ToDictionary(p => p.From, p => p.To));
        foreach (var file in request.Files) Remove(file);
        if (changes is not null) context.Store.ApplyLocally(changes);
        LogRestored(context.Logger, request.Files.Count, pairs.Count);
        return new RestoreMetaResp();
    }

    void Ingest(IReadOnlyList<string> files)
    {
        try
        {
            context.Store.Ingest(files);
        }
        catch (RocksDbException e)
        {
            LogIngestFailed(context.Logger, e);
            throw new MetaErrorException(ErrorCode.E_RESTORE_FAILURE);
        }
    }

    void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(context.Logger, e, file);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Restored {Files} tables with {Pairs} changed hosts")]
    static partial void LogRestored(ILogger logger, int files, int pairs);

    [LoggerMessage(Level = LogLevel.Error, Message = "Ingesting the tables failed")]
    static partial void LogIngestFailed(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "File {File} was ingested and could not be removed")]
    static partial void LogNotRemoved(ILogger logger, Exception e, string file);
}
