using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>Reads <c>"127.0.0.1":9779, storaged-0.svc:9779</c>, the addresses of ADD HOSTS and DROP HOSTS.</summary>
static class HostParser
{
    public static List<HostAddress> Addresses(TokenReader reader) => reader.List(() => Address(reader));

    static HostAddress Address(TokenReader reader)
    {
        var host = reader.Peek.Kind == TokenKind.Text ? reader.Text() : Unquoted(reader);
        reader.ExpectSymbol(":");
        return HostAddress.TryParse($"{host}:{reader.Integer()}", out var address) ? address : throw reader.Unexpected();
    }

    // A bare IPv4 address is cut into numbers and points by the lexer, a DNS name into words, points and hyphens.
    static string Unquoted(TokenReader reader)
    {
        var host = "";
        while (reader.Peek.Kind is TokenKind.Word or TokenKind.Integer or TokenKind.Real || reader.Peek.IsSymbol(".") || reader.Peek.IsSymbol("-"))
            host += reader.Take().Value;
        return host;
    }
}
