using System.Globalization;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>The release of an API server.</summary>
public readonly record struct ServerVersion(int Major, int Minor) : IComparable<ServerVersion>
{
    /// <summary>The oldest release that the client and the generated definitions are made for.</summary>
    public static readonly ServerVersion Oldest = new(1, 20);

    /// <summary>From here on an init container with <c>restartPolicy: Always</c> runs beside the others and ends with them.</summary>
    public static readonly ServerVersion NativeSidecars = new(1, 29);

    /// <summary>Reads numbers as <c>/version</c> gives them; vendors add marks, as in <c>27+</c>.</summary>
    public static ServerVersion Parse(string major, string minor) => new(Number(major), Number(minor));

    /// <inheritdoc/>
    public int CompareTo(ServerVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <(ServerVersion left, ServerVersion right) => left.CompareTo(right) < 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >(ServerVersion left, ServerVersion right) => left.CompareTo(right) > 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <=(ServerVersion left, ServerVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >=(ServerVersion left, ServerVersion right) => left.CompareTo(right) >= 0;

    static int Number(string text) =>
        int.TryParse(text.AsSpan(0, text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
