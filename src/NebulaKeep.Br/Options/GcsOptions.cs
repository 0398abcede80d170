using System.CommandLine;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Br.Options;

/// <summary>Flags of Google Cloud Storage. <c>--gs.credentials</c> is br-ent's, which takes the JSON itself (spec/operator-backup.md §3.5.1).</summary>
sealed class GcsOptions
{
    readonly Option<string?> credentials = new("--gs.credentials") { Description = "file with a service account's key (JSON); better GOOGLE_APPLICATION_CREDENTIALS. The JSON itself is accepted, but everybody on this machine sees it" };
    readonly Option<string?> endpoint = new("--gs.endpoint") { Description = "server, URL or host:port; empty: Google" };
    readonly Option<string?> ca = new("--gs.ca") { Description = "file with CA certificates to trust besides the system's" };

    public IEnumerable<Option> All => [credentials, endpoint, ca];

    /// <summary>The settings of a command line; credentials that flags leave out come from GOOGLE_* of the environment.</summary>
    public GcsSettings Read(ParseResult result, Func<string, string?> environment)
    {
        var given = result.GetValue(credentials);
        var settings = new GcsSettings
        {
            Endpoint = result.GetValue(endpoint),
            Credentials = string.IsNullOrEmpty(given) ? null : GcsCredentials.Read(given),
            CaPem = CaFile.Read(result.GetValue(ca), "Google Cloud Storage"),
        };
        return GcsCredentials.Complete(settings, environment);
    }
}
