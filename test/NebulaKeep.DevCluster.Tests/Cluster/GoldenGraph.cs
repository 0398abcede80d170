using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>
/// What the two golden backups hold, row by row. Whoever filled the real servers numbered the rows from 0 and worked every value out of
/// the number, so nothing of this comes from the backups themselves or from our own codecs.
/// </summary>
sealed record GoldenGraph(string Archive, string Name, int Players, int Teams, int Items, bool IsChanged)
{
    /// <summary>10 of golden_a, 5 of golden_b, 1 of golden_c.</summary>
    public const int Partitions = 16;

    const int FirstPlayers = 3000;
    const int FirstItems = 2000;

    public static GoldenGraph First { get; } = new("backup-full-local.tar.gz", "BACKUP_2026_11_22_10_11_11", FirstPlayers, 60, FirstItems, false);

    /// <summary>Rows were added, p000001 was deleted with its edges, and p000002 became 99 years old.</summary>
    public static GoldenGraph Second { get; } = new("backup-full-local-2.tar.gz", "BACKUP_2026_11_22_10_11_47", 4500, 100, 2500, true);

    public static IReadOnlyList<string> Spaces { get; } = ["golden_a", "golden_b", "golden_c"];

    public IEnumerable<GoldenTable> Tables()
    {
        yield return new("golden_a", "player", IsEdge: false, "player.name, player.age, player.score, player.comment_",
            [.. Numbers(Players).Where(IsLeft).Select(i => new GoldenRow(Player(i), $"{Player(i)}|Player {i}|{Age(i)}|{Real(i * 1.5)}|{Hash(SHA256.HashData(Digits(i)))}"))]);
        yield return new("golden_a", "team", IsEdge: false, "team.name, team.founded",
            [.. Numbers(Teams).Select(TeamNumber).Select(i => new GoldenRow(Team(i), $"{Team(i)}|Team {i}|{1_700_000_000 + (10 * i)}"))]);
        yield return new("golden_a", "follow", IsEdge: true, "follow.degree, follow.since",
            [.. Numbers(Players).Where(i => IsLeft(i) && IsLeft(Followed(i))).Select(i => new GoldenRow(
                $"{Player(i)}->{Player(Followed(i))}@{(i % 3) - 1}", $"{Player(i)}|{Player(Followed(i))}|{(i % 3) - 1}|{i % 100}|2026-01-{(i % 28) + 1:00}"))]);
        yield return new("golden_b", "item", IsEdge: false, "item.title, item.price",
            [.. Numbers(Items).Select(i => new GoldenRow(Item(i), $"{Item(i)}|Item {i} {Md5(i)}|{Real(i * 0.25)}"))]);
        yield return new("golden_b", "link", IsEdge: true, "link.weight",
            [.. Numbers(Items).Select(i => new GoldenRow($"{Item(i)}->{Item(Linked(i))}@0", $"{Item(i)}|{Item(Linked(i))}|0|{Real(Math.Round(i / 7.0, 3))}"))]);
    }

    // The second load went on counting, with the larger number of rows as its modulus.
    static int Followed(int i) => ((7 * i) + 3) % (i < FirstPlayers ? FirstPlayers : 4500);

    static int Linked(int i) => ((3 * i) + 1) % (i < FirstItems ? FirstItems : 2500);

    // Teams were loaded in lots of 20, each lot beginning at the next hundred.
    static int TeamNumber(int i) => (i / 20 * 100) + (i % 20);

    bool IsLeft(int player) => !IsChanged || player != 1;

    int Age(int player) => IsChanged && player == 2 ? 99 : 18 + (player % 60);

    static string Player(int i) => $"\"p{i:000000}\"";

    static string Team(int i) => $"\"t{i:00000}\"";

    static string Item(int i) => ((1_000_003L * i) - 500_000).ToString(CultureInfo.InvariantCulture);

    static byte[] Digits(int i) => Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture));

    [SuppressMessage("Security", "CA5351", Justification = "The titles were made with it.")]
    static string Md5(int i) => Hash(MD5.HashData(Digits(i)));

    static string Hash(byte[] hash) => Convert.ToHexStringLower(hash);

    static string Real(double number) => number.ToString(number % 1 == 0 ? "0.0" : "R", CultureInfo.InvariantCulture);

    static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);
}

/// <summary>A tag or edge with all its rows.</summary>
sealed record GoldenTable(string Space, string Name, bool IsEdge, string Properties, IReadOnlyList<GoldenRow> Rows)
{
    const int RowsAtOnce = 500;

    /// <summary>Statements that fetch all rows and nothing else: key columns first, then the properties.</summary>
    public IEnumerable<string> Fetches() => Rows.Chunk(RowsAtOnce).Select(rows =>
        $"FETCH PROP ON {Name} {string.Join(", ", rows.Select(r => r.Key))} YIELD {(IsEdge ? "src(edge), dst(edge), rank(edge)" : "id(vertex)")}, {Properties}");
}

/// <summary>A row: how a statement names it, and its values as text with bars between.</summary>
sealed record GoldenRow(string Key, string Text);
