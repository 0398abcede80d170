using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Tags or edges of a space: one instance each. CREATE does not wait for a running backup; ALTER and DROP do (spec/graph-service.md §8).</summary>
sealed class SchemaHandler(MetaContext context, SchemaRecords records, SchemaRecords others, ErrorCode notFound)
{
    public static SchemaHandler Tags(MetaContext context) => new(context, context.Tags, context.Edges, ErrorCode.E_TAG_NOT_FOUND);

    public static SchemaHandler Edges(MetaContext context) => new(context, context.Edges, context.Tags, ErrorCode.E_EDGE_NOT_FOUND);

    public async Task<ExecResp> CreateAsync(int space, string name, Schema schema, bool ifNotExists, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        context.Spaces.Desc(space);
        if (others.Find(space, name) is not null) throw new MetaErrorException(ErrorCode.E_SCHEMA_NAME_EXISTS);
        if (records.Find(space, name) is { } existing)
            return new ExecResp { Code = ifNotExists ? ErrorCode.SUCCEEDED : ErrorCode.E_EXISTED, Id = IdOf(existing) };
        CheckColumns(schema.Columns);
        var batch = new MetaBatch();
        var id = context.Ids.NextIn(space, batch);
        batch.Put(MetaKeys.Name(records.Kind, space, name), MetaValues.Int32(id));
        await StoreAsync(batch, space, new SchemaVersion(id, name, 0, schema), cancellationToken);
        return new ExecResp { Id = IdOf(id) };
    }

    public async Task<ExecResp> AddColumnsAsync(int space, string name, IReadOnlyList<ColumnDef> columns, CancellationToken cancellationToken)
    {
        using var snapshot = await context.SnapshotLock.ReadAsync(cancellationToken);
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var latest = Latest(space, name);
        var schema = latest.Schema with { Columns = [.. latest.Schema.Columns, .. columns] };
        CheckColumns(schema.Columns);
        await StoreAsync(new MetaBatch(), space, latest with { Version = latest.Version + 1, Schema = schema }, cancellationToken);
        return new ExecResp { Id = IdOf(latest.Id) };
    }

    public async Task<ExecResp> DropAsync(int space, string name, bool ifExists, CancellationToken cancellationToken)
    {
        using var snapshot = await context.SnapshotLock.ReadAsync(cancellationToken);
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        context.Spaces.Desc(space);
        if (records.Find(space, name) is not { } id) return new ExecResp { Code = ifExists ? ErrorCode.SUCCEEDED : notFound };
        var batch = new MetaBatch().Remove(MetaKeys.Name(records.Kind, space, name)).RemoveAll(context.Store.Scan(MetaKeys.Schemas(records.Table, space, id)));
        await context.Group.CommitAsync(context.Touch(batch), cancellationToken);
        return new ExecResp { Id = IdOf(id) };
    }

    /// <summary>One version; below 0 asks for the newest.</summary>
    public Schema Get(int space, string name, long version)
    {
        if (version < 0) return Latest(space, name).Schema;
        var found = records.Versions(space, Id(space, name)).FirstOrDefault(v => v.Version == version);
        return found?.Schema ?? throw new MetaErrorException(notFound);
    }

    public IReadOnlyList<SchemaVersion> List(int space)
    {
        context.Spaces.Desc(space);
        return records.All(space);
    }

    SchemaVersion Latest(int space, string name) => records.Versions(space, Id(space, name))[^1];

    int Id(int space, string name) => records.Find(space, name) ?? throw new MetaErrorException(notFound);

    Task StoreAsync(MetaBatch batch, int space, SchemaVersion version, CancellationToken cancellationToken)
    {
        batch.Put(MetaKeys.Schema(records.Table, space, version.Id, version.Version), MetaValues.Schema(version.Name, CompactStruct.Write(version.Schema)));
        return context.Group.CommitAsync(context.Touch(batch), cancellationToken);
    }

    ID IdOf(int id) => records.Kind == NameKind.Tag ? new ID { TagId = id } : new ID { EdgeType = id };

    static void CheckColumns(IReadOnlyList<ColumnDef> columns)
    {
        if (columns.DistinctBy(c => c.Name, StringComparer.Ordinal).Count() != columns.Count) throw new MetaErrorException(ErrorCode.E_EXISTED);
    }
}
