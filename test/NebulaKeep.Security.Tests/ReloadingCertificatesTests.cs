using Microsoft.Extensions.Logging;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests;

public sealed class ReloadingCertificatesTests : IDisposable
{
    readonly TestPki pki = new();
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    readonly RecordingLogger<ReloadingCertificates> log = new();
    readonly TlsFiles files;

    public ReloadingCertificatesTests()
    {
        files = new TlsFiles(folder.File("ca.crt"), folder.File("tls.crt"), folder.File("tls.key"));
        File.Copy(pki.CaPath, files.CaPath);
        Rewrite(Issue("first"));
    }

    [Fact]
    public void Rewritten_files_are_used_a_second_later_and_not_before()
    {
        var certificates = Open();
        Rewrite(Issue("second"));

        Subject(certificates).ShouldContain("first");
        clock.Advance(TimeSpan.FromSeconds(1));
        Subject(certificates).ShouldContain("second");
        log.At(LogLevel.Information).Single().ShouldContain("second");
    }

    [Fact]
    public void Files_renamed_over_the_old_ones_are_used()
    {
        var certificates = Open();
        var second = Issue("second");
        File.Move(second.CertPath!, files.CertPath!, overwrite: true);
        File.Move(second.KeyPath!, files.KeyPath!, overwrite: true);

        clock.Advance(TimeSpan.FromSeconds(1));

        Subject(certificates).ShouldContain("second");
    }

    [Fact]
    public void A_swapped_symbolic_link_is_followed()
    {
        var volume = folder.File("volume");
        CertificateFolder.Replace(volume, Contents("first"));
        var certificates = ReloadingCertificates.Open(
            new TlsFiles(Path.Combine(volume, "ca.crt"), Path.Combine(volume, "tls.crt"), Path.Combine(volume, "tls.key")), clock, log);

        CertificateFolder.Replace(volume, Contents("second"));
        clock.Advance(TimeSpan.FromSeconds(1));

        Subject(certificates).ShouldContain("second");
    }

    [Fact]
    public void A_broken_file_keeps_the_old_certificate_and_is_logged_once()
    {
        var certificates = Open();
        File.WriteAllText(files.CertPath!, "broken");

        for (var i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Subject(certificates).ShouldContain("first");
        }

        log.At(LogLevel.Error).Single().ShouldContain(files.CertPath!);
    }

    [Fact]
    public void Each_new_problem_is_logged_and_a_mended_set_is_used()
    {
        var certificates = Open();
        File.WriteAllText(files.CertPath!, "broken");
        Touch(certificates);
        File.Delete(files.CertPath!);
        Touch(certificates);
        Rewrite(Issue("second"));
        Touch(certificates);

        Subject(certificates).ShouldContain("second");
        log.At(LogLevel.Error).Count.ShouldBe(2);
    }

    [Fact]
    public void A_certificate_without_its_key_waits_for_the_key()
    {
        var certificates = Open();
        var second = Issue("second");
        File.Copy(second.CertPath!, files.CertPath!, overwrite: true);
        Touch(certificates);
        Subject(certificates).ShouldContain("first");

        File.Copy(second.KeyPath!, files.KeyPath!, overwrite: true);
        Touch(certificates);

        Subject(certificates).ShouldContain("second");
    }

    [Fact]
    public void An_expired_certificate_does_not_replace_a_good_one()
    {
        var certificates = Open();
        Rewrite(pki.Server(CertificateFault.Expired));
        Touch(certificates);

        Subject(certificates).ShouldContain("first");
        log.At(LogLevel.Error).Single().ShouldContain("expired");
    }

    [Fact]
    public void An_expired_certificate_at_start_is_warned_of_and_replaced_later()
    {
        Rewrite(pki.Server(CertificateFault.Expired));
        var certificates = Open();
        log.At(LogLevel.Warning).Single().ShouldContain("expired");

        Rewrite(Issue("second"));
        Touch(certificates);

        Subject(certificates).ShouldContain("second");
    }

    [Fact]
    public void A_new_root_is_trusted_beside_the_old_one()
    {
        var certificates = Open();
        File.AppendAllText(files.CaPath, File.ReadAllText(pki.OtherCaPath));
        Touch(certificates);

        certificates.Current.Roots.Count.ShouldBe(2);
    }

    [Fact]
    public void Unchanged_files_keep_the_very_same_set()
    {
        var certificates = Open();
        var before = certificates.Current;
        Touch(certificates);

        certificates.Current.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task A_swap_in_the_middle_of_a_connection_breaks_nothing()
    {
        var server = ServerTls.Open(files, new(), clock, log);
        var client = pki.ClientTls();

        for (var round = 0; round < 3; round++)
        {
            var name = $"round-{round}";
            var (asking, serving) = await Loopback.ExchangeAsync(
                async (stream, peer, token) =>
                {
                    var tls = await client.AuthenticateAsync(stream, peer, token);
                    Rewrite(Issue(name));
                    clock.Advance(TimeSpan.FromSeconds(1));
                    server.Certificates.Leaf!.Subject.ShouldContain(name);
                    GC.Collect();
                    return tls;
                },
                async (stream, token) => await server.AuthenticateAsync(stream, "client", token));
            (asking ?? serving).ShouldBeNull();
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        pki.Dispose();
    }

    ReloadingCertificates Open() => ReloadingCertificates.Open(files, clock, log);

    static string Subject(ReloadingCertificates certificates) => certificates.Current.Leaf!.Subject;

    void Touch(ReloadingCertificates certificates)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        _ = certificates.Current;
    }

    TlsFiles Issue(string name) => pki.Issue(name, new LeafRequest(
        name, CertificateUsage.Server, ["127.0.0.1"], Validity.From(clock.GetUtcNow(), TimeSpan.FromDays(1))));

    void Rewrite(TlsFiles source)
    {
        File.WriteAllBytes(files.CertPath!, File.ReadAllBytes(source.CertPath!));
        File.WriteAllBytes(files.KeyPath!, File.ReadAllBytes(source.KeyPath!));
    }

    Dictionary<string, string> Contents(string name)
    {
        var issued = Issue(name);
        return new(StringComparer.Ordinal)
        {
            ["ca.crt"] = File.ReadAllText(issued.CaPath),
            ["tls.crt"] = File.ReadAllText(issued.CertPath!),
            ["tls.key"] = File.ReadAllText(issued.KeyPath!),
        };
    }
}
