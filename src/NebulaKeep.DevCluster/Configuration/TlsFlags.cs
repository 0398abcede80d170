using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.Security;

namespace NebulaKeep.DevCluster.Configuration;

/// <summary>
/// What the flags of a daemon say about TLS (spec/meta-thrift.md §5.1): <c>enable_ssl</c> for everything, <c>enable_graph_ssl</c> for
/// graphd's port, <c>enable_meta_ssl</c> with <c>enable_storage_ssl</c> for everything between daemons. Every TLS port asks for a client
/// certificate, as enterprise daemons do.
/// </summary>
/// <param name="Server">Files of the daemon's own ports; null: plain text.</param>
/// <param name="Client">Files for connections to other daemons; null: plain text.</param>
public sealed record TlsFlags(TlsFiles? Server, TlsFiles? Client)
{
    /// <summary>Reads the flags; relative paths start from <paramref name="directory"/>.</summary>
    /// <exception cref="FlagsException">A certificate is missing, or only a part of the traffic between daemons would be encrypted.</exception>
    public static TlsFlags Read(DaemonRole role, DaemonFlags flags, string directory)
    {
        var all = flags.Switch("enable_ssl", false);
        var (meta, storage) = (flags.Switch("enable_meta_ssl", false), flags.Switch("enable_storage_ssl", false));
        if (meta != storage && !all)
            throw new FlagsException("--enable_meta_ssl and --enable_storage_ssl must be set together (or --enable_ssl): one alone would leave a part of the traffic between daemons in plain text");
        var between = all || meta;
        var own = role == DaemonRole.Graphd ? all || flags.Switch("enable_graph_ssl", false) : between;
        return new TlsFlags(own ? Files(flags, directory, serverSide: true) : null, between ? Files(flags, directory, serverSide: false) : null);
    }

    static TlsFiles Files(DaemonFlags flags, string directory, bool serverSide)
    {
        var ca = serverSide && flags.Text("ca_client_path", "").Length > 0 ? "ca_client_path" : "ca_path";
        return new TlsFiles(Path(flags, ca, directory)!, Path(flags, "cert_path", directory), Path(flags, "key_path", directory))
        {
            // The flag files of upstream's operator name one for keys without a password, too (spec/operator-cluster.md §3).
            KeyPasswordPath = Path(flags, "password_path", directory, required: false) is { } password && File.Exists(password) ? password : null,
            ServerName = flags.Text("ssl_server_SAN", "") is { Length: > 0 } name ? name : null,
        };
    }

    static string? Path(DaemonFlags flags, string name, string directory, bool required = true)
    {
        if (flags.Text(name, "") is { Length: > 0 } path) return System.IO.Path.GetFullPath(path, directory);
        return required ? throw new FlagsException($"--{name} is missing: TLS is switched on") : null;
    }
}
