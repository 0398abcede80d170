using System.Globalization;

namespace NebulaKeep.DevCluster.Workload;

/// <summary>
/// One space of a sample graph: people who follow each other. All rows follow from the numbers here, so that the same numbers give the
/// same graph anywhere.
/// </summary>
/// <param name="Name">Of the space.</param>
/// <param name="Vertices">How many people.</param>
/// <param name="Edges">How many follow edges; the same pair is told apart by rank.</param>
/// <param name="Partitions">Of the space.</param>
/// <param name="Replicas">Of each partition.</param>
/// <param name="HasIntegerVids">INT64 vids instead of FIXED_STRING(32).</param>
/// <param name="NoteBytes">Each edge carries a note that is filled up to this length with text that does not compress.</param>
/// <param name="Edition">The same edges in another edition have other contents: what changes between two backups.</param>
public sealed record SampleSpace(string Name, long Vertices, long Edges, int Partitions, int Replicas, bool HasIntegerVids, int NoteBytes = 0, int Edition = 0)
{
    const int MostRows = 500;
    const int MostBytes = 1 << 20;
    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>Rows that go into one INSERT.</summary>
    public int BatchRows => Math.Clamp(MostBytes / Math.Max(1, NoteBytes), 1, MostRows);

    /// <summary>The statements that make the space, without rows.</summary>
    public string Create => $"CREATE SPACE {Name}(partition_num={Partitions}, replica_factor={Replicas}, vid_type={(HasIntegerVids ? "INT64" : "FIXED_STRING(32)")})";

    /// <summary>The statements that make its schema.</summary>
    public static IReadOnlyList<string> Schema { get; } =
    [
        "CREATE TAG person(name string NOT NULL, age int64, height double, active bool, born date)",
        "CREATE EDGE follow(since int64, weight double, note string)",
    ];

    /// <summary>One INSERT with people <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    public string InsertVertices(long first, long end) =>
        "INSERT VERTEX person(name, age, height, active, born) VALUES " + string.Join(", ", Range(first, end).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{Vid(i)}:(\"Person {i}\", {18 + Mix(i, 1) % 80}, {1.4 + Mix(i, 2) % 700 / 1000.0:F3}, {(Mix(i, 3) % 2 == 0 ? "true" : "false")}, date(\"{1940 + Mix(i, 4) % 70}-{1 + Mix(i, 5) % 12:D2}-{1 + Mix(i, 6) % 28:D2}\"))")));

    /// <summary>One INSERT with edges <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    public string InsertEdges(long first, long end) =>
        "INSERT EDGE follow(since, weight, note) VALUES " + string.Join(", ", Range(first, end).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{Vid(i % Vertices)}->{Vid(Mix(i, 7) % Vertices)}@{i}:({Mix(Content(i), 8) % 2_000_000_000}, {Mix(Content(i), 9) % 1000 / 8.0:F3}, \"{Note(i)}\")")));

    string Vid(long i) => HasIntegerVids ? i.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"\"p{i:D9}\"");

    string Note(long i)
    {
        var name = $"edge {i} ";
        return name.Length < NoteBytes ? name + Noise(Content(i), NoteBytes - name.Length) : name.TrimEnd();
    }

    long Content(long i) => i + ((long)Edition << 40);

    static string Noise(long i, int length) => string.Create(length, i, static (text, row) =>
    {
        const int lettersOfANumber = 10;
        for (var at = 0; at < text.Length; at++)
            text[at] = Letters[(int)(Mix(row, 100 + at / lettersOfANumber) >> (6 * (at % lettersOfANumber))) & 63];
    });

    static IEnumerable<long> Range(long first, long end)
    {
        for (var i = first; i < end; i++) yield return i;
    }

    /// <summary>A number from 0 that looks random and depends on nothing but its arguments (the finalizer of SplitMix64).</summary>
    static long Mix(long i, long stream)
    {
        var z = unchecked((ulong)i * 0x9E3779B97F4A7C15 + (ulong)stream * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return (long)((z ^ (z >> 31)) >> 1);
    }
}
