using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Security;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Dev.Tools;

/// <summary>Flags that say how a tool reaches the daemons.</summary>
sealed class ConnectionOptions
{
    readonly Option<string?> ca = new("--ca-path") { Description = "CA of the daemons' certificates; without it there is no TLS" };
    readonly Option<string?> cert = new("--cert-path") { Description = "client certificate" };
    readonly Option<string?> key = new("--key-path") { Description = "its private key" };
    readonly Option<HostAddress> address;

    public ConnectionOptions(Command command, string flag, string description)
    {
        address = new Option<HostAddress>(flag) { Description = description, Required = true, CustomParser = result => Parse(result) };
        foreach (var option in new Option[] { address, ca, cert, key }) command.Options.Add(option);
    }

    public HostAddress Address(ParseResult parsed) => parsed.GetValue(address);

    /// <exception cref="CertificateFileException">A certificate file cannot be used.</exception>
    public ThriftClientOptions Thrift(ParseResult parsed)
    {
        var flags = new TlsFiles(parsed.GetValue(ca) ?? "", parsed.GetValue(cert), parsed.GetValue(key));
        var files = TlsFiles.Resolve(flags, Environment.GetEnvironmentVariable);
        return new ThriftClientOptions
        {
            Tls = files.CaPath.Length == 0 ? null : ClientTls.Open(files, new ClientTlsSettings(), TimeProvider.System, NullLogger.Instance),
        };
    }

    /// <summary>Opens sessions as root, whose password the daemons here do not look at.</summary>
    public Func<CancellationToken, Task<GraphClient>> Sessions(ParseResult parsed)
    {
        var (graphd, options) = (Address(parsed), Thrift(parsed));
        return cancellationToken => GraphClient.ConnectAsync(graphd, "root", new Secret("nebula"), options, cancellationToken);
    }

    static HostAddress Parse(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (!HostAddress.TryParse(text, out var parsed)) result.AddError($"'{text}' is not an address: write host:port, for example 127.0.0.1:9669");
        return parsed;
    }
}
