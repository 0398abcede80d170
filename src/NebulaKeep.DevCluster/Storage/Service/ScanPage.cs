using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>One answer of a scan while it is filled.</summary>
sealed class ScanPage(long limit)
{
    readonly List<Row> rows = [];
    readonly Dictionary<int, ScanCursor> cursors = [];
    IReadOnlyList<string> columns = [];

    public bool IsFull => limit >= 0 && rows.Count >= limit;

    public void Add(Row row) => rows.Add(row);

    public void SetColumns(IReadOnlyList<string> names) => columns = names;

    /// <summary>Where the next page of the partition starts; null: it is done.</summary>
    public void SetCursor(int partition, byte[]? next) => cursors[partition] = new ScanCursor { NextCursor = next };

    public ScanResponse Answer(ResponseCommon result) =>
        new() { Result = result, Props = new DataSet { ColumnNames = columns, Rows = rows }, Cursors = cursors };
}
