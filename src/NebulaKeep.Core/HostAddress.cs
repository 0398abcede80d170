using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NebulaKeep.Core;

/// <summary>
/// A host name or address with a port, as metad knows its daemons. The text of the host is compared exactly:
/// metad matches agents and services by it (spec/meta-thrift.md §7.1). IPv6 literals are written in brackets.
/// </summary>
/// <param name="Host">Host name, IPv4 address or IPv6 address without brackets.</param>
/// <param name="Port">1 to 65535; 0 only in addresses that a server left empty.</param>
public readonly record struct HostAddress(string Host, int Port) : IComparable<HostAddress>
{
    /// <summary>True for the empty address that metad sends while it knows no leader.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Host) || Port == 0;

    /// <summary>Parses <c>host:port</c> or <c>[v6]:port</c>.</summary>
    /// <exception cref="FormatException">The text is neither; the message shows it.</exception>
    public static HostAddress Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is not an address: write host:port, for example 127.0.0.1:9559");

    /// <summary>Parses without throwing; see <see cref="Parse"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HostAddress address)
    {
        address = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !TryParsePort(text.AsSpan(colon + 1), out var port)) return false;
        var host = text![..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':')) return false;
        if (host.Length == 0 || host.AsSpan().ContainsAny(" \t\r\n/")) return false;
        address = new HostAddress(host, port);
        return true;
    }

    /// <summary>Orders by host text, then port: the order in which nebula-br pairs hosts (spec/restore-flow.md A.4).</summary>
    public int CompareTo(HostAddress other)
    {
        var byHost = string.CompareOrdinal(Host, other.Host);
        return byHost != 0 ? byHost : Port.CompareTo(other.Port);
    }

    /// <summary>The address with another port.</summary>
    public HostAddress WithPort(int port) => this with { Port = port };

    /// <inheritdoc/>
    public override string ToString() =>
        Host is { } h && h.Contains(':') ? $"[{h}]:{Port}" : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <(HostAddress left, HostAddress right) => left.CompareTo(right) < 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >(HostAddress left, HostAddress right) => left.CompareTo(right) > 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <=(HostAddress left, HostAddress right) => left.CompareTo(right) <= 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >=(HostAddress left, HostAddress right) => left.CompareTo(right) >= 0;

    static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
