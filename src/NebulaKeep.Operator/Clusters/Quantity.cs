using System.Globalization;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Amounts as Kubernetes writes them: <c>2Gi</c>, <c>500m</c>, <c>1e3</c>. One amount has many texts.</summary>
static class Quantity
{
    static readonly (string Suffix, decimal Factor)[] Units =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50), ("Ei", 1L << 60),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    /// <summary>The amount, or null for what is none.</summary>
    public static decimal? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        (string Suffix, decimal Factor) unit = Array.Find(Units, known => text.EndsWith(known.Suffix, StringComparison.Ordinal));
        var (suffix, factor) = unit.Suffix is null ? ("", 1m) : unit;
        var number = text.AsSpan(0, text.Length - suffix.Length);
        if (!decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return null;
        try
        {
            return value * factor;
        }
        catch (OverflowException)
        {
            return null;      // more than any disk has; the API server has its own limits
        }
    }
}
