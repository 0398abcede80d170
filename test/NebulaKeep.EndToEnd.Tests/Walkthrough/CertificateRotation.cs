using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>
/// Rotates every certificate of the guide's cluster again and again: each pod's own every few seconds, and the CA by the three steps of the
/// guide, with both CAs trusted in between.
/// </summary>
sealed class CertificateRotation : IAsyncDisposable
{
    static readonly string[] Pods = ["nebula-metad-0", "nebula-metad-1", "nebula-metad-2", "nebula-storaged-0", "nebula-storaged-1", "nebula-storaged-2", "nebula-graphd-0", "nebula-graphd-1"];
    readonly Guide guide;
    readonly CancellationTokenSource stop = new();
    readonly CancellationTokenSource stopLeaves = new();
    readonly TaskCompletionSource bothTrusted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task leaves;
    readonly Task authorities;
    int leafRounds;
    int authorityRounds;

    CertificateRotation(Guide guide)
    {
        this.guide = guide;
        leaves = Task.Run(RotateLeavesAsync);
        authorities = Task.Run(RotateAuthoritiesAsync);
    }

    public static CertificateRotation Start(Guide guide) => new(guide);

    /// <summary>Waits until the next CA is trusted everywhere: from then on it issues, too.</summary>
    public Task BothTrustedAsync() => Task.WhenAny(bothTrusted.Task, authorities).Unwrap();

    /// <summary>Ends it; a rotation that failed is thrown.</summary>
    /// <returns>How often all leaf certificates, and the CA, were replaced.</returns>
    public async Task<(int Leaves, int Authorities)> StopAsync()
    {
        await stop.CancelAsync();
        // A CA takes over with the next certificate that is issued, so these go on until the last has.
        try
        {
            await authorities;
        }
        finally
        {
            await stopLeaves.CancelAsync();
            await leaves;
        }

        return (leafRounds, authorityRounds);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
        stopLeaves.Dispose();
    }

    async Task RotateLeavesAsync()
    {
        for (; !stopLeaves.IsCancellationRequested; leafRounds++)
            foreach (var pod in Pods) await guide.KubectlAsync("exec", pod, "-c", "auth-sidecar", "--", "nebula-certs", "issue", "--force");
    }

    /// <summary>To a second CA and back. Old and new are trusted all the while.</summary>
    async Task RotateAuthoritiesAsync()
    {
        await guide.ShellAsync("nebula-certs issue --out next --ca-dir next-ca --server-name x; cat ca/ca.crt next-ca/ca.crt >both.crt");
        await PutAsync("ca");
        await TrustedEverywhereAsync();
        bothTrusted.SetResult();
        for (; !stop.IsCancellationRequested; authorityRounds++)
        {
            var signing = authorityRounds % 2 == 0 ? "next-ca" : "ca";
            await PutAsync(signing);
            await IssuedEverywhereAsync(signing);
        }

        await PutAsync("ca");
        await IssuedEverywhereAsync("ca");
    }

    Task<string> PutAsync(string signing) => guide.ShellAsync($"""
        kubectl create secret generic nebula-ca-key --type kubernetes.io/tls --from-file=tls.crt={signing}/ca.crt --from-file=tls.key={signing}/ca.key \
          --from-file=ca.crt=both.crt --dry-run=client -o yaml | kubectl replace -f -
        kubectl create secret generic nebula-ca --from-file=ca.crt=both.crt --dry-run=client -o yaml | kubectl replace -f -
        """);

    Task TrustedEverywhereAsync() => EverywhereAsync("root.crt", text => text.Split("BEGIN CERTIFICATE").Length == 3);

    Task IssuedEverywhereAsync(string signing)
    {
        var key = KeyOf(guide.File($"{signing}/ca.crt"));
        return EverywhereAsync("server.crt", text =>
            X509Certificate2.CreateFromPem(text).Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier is { } issuer
            && Convert.ToHexString(issuer.Span) == key);
    }

    static string? KeyOf(string file)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(file);
        return authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier;
    }

    async Task EverywhereAsync(string file, Func<string, bool> isThere)
    {
        foreach (var pod in Pods)
            await Guide.UntilAsync(async () => isThere(await guide.KubectlAsync("exec", pod, "-c", "auth-sidecar", "--", "cat", $"/credentials/{file}")), $"{file} of {pod}", 2);
    }
}
