using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests.Issuing;

public sealed class CertificateIssuerTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider clock = new();
    readonly RecordingLogger<CertificateIssuer> log = new();
    readonly IssueSettings settings;

    public CertificateIssuerTests() =>
        settings = new IssueSettings { OutFolder = folder.File("certs"), CaFolder = folder.File("ca"), ServerNames = ["metad0", "127.0.0.1"] };

    [Fact]
    public void The_folder_holds_upstreams_names_and_the_CAs_key_lies_elsewhere()
    {
        Ensure(settings).Issued.ShouldBeTrue();

        Directory.GetFiles(settings.OutFolder).Select(Path.GetFileName).Where(name => !name!.StartsWith("..")).Order()
            .ShouldBe(["ca.crt", "client.crt", "client.key", "root.crt", "server.crt", "server.key"]);
        Out("root.crt").ShouldBe(Out("ca.crt"));
        Directory.EnumerateFiles(settings.OutFolder, "ca.key", SearchOption.AllDirectories).ShouldBeEmpty();
        File.Exists(folder.File("ca/ca.key")).ShouldBeTrue();
    }

    [Fact]
    public void What_is_issued_passes_for_its_side()
    {
        Ensure(settings);

        Report("server").Problem.ShouldBeNull();
        Report("server").Names.ShouldBe(["metad0", "127.0.0.1"]);
        Report("client").Subject.ShouldContain("CN=nebula-client");
    }

    [Fact]
    public void Daemons_can_show_their_certificate_to_each_other_on_both_sides()
    {
        Ensure(settings);

        using var server = X509Certificate2.CreateFromPem(Out("server.crt"));
        server.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Select(oid => oid.Value)
            .ShouldBe(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    }

    [Fact]
    public void Good_files_are_kept()
    {
        Ensure(settings);
        var before = Out("server.crt");

        Ensure(settings).Issued.ShouldBeFalse();
        Ensure(settings with { ServerNames = ["127.0.0.1", "METAD0", "metad0"] }).Issued.ShouldBeFalse();

        Out("server.crt").ShouldBe(before);
    }

    [Fact]
    public void Anything_that_no_longer_fits_is_issued_anew()
    {
        Check(settings with { ServerNames = ["metad0"] }, "names");
        Check(settings with { ClientName = "other" }, "client");
        Check(settings with { Key = KeyKind.Rsa3072 }, "kind of key");
        Check(settings with { CaFolder = folder.File("ca2") }, "CA");

        void Check(IssueSettings changed, string reason)
        {
            Ensure(settings with { OutFolder = folder.File("checked") });
            Ensure(changed with { OutFolder = folder.File("checked") }).Issued.ShouldBeTrue();
            log.At(LogLevel.Information)[^1].ShouldContain(reason);
        }
    }

    [Fact]
    public void Names_that_the_first_certificate_was_given_are_kept_when_asked_and_the_own_ones_lead()
    {
        Ensure(settings with { ServerNames = ["*.graphd", "graphd-svc", "127.0.0.1"] });
        var renewing = settings with { KeepNames = true, ServerNames = ["graphd-0.graphd"] };

        Ensure(renewing).Issued.ShouldBeTrue();
        Report("server").Names.ShouldBe(["graphd-0.graphd", "*.graphd", "graphd-svc", "127.0.0.1"]);

        Ensure(renewing).Issued.ShouldBeFalse();
        clock.Advance(TimeSpan.FromDays(61));
        Ensure(renewing).Issued.ShouldBeTrue();
        Report("server").Names.ShouldContain("graphd-svc");
        Ensure(renewing with { KeepNames = false }).Issued.ShouldBeTrue();
        Report("server").Names.ShouldBe(["graphd-0.graphd"]);
    }

    [Fact]
    public void A_damaged_or_lost_file_is_mended()
    {
        Ensure(settings);
        File.Delete(Path.Combine(settings.OutFolder, "client.key"));

        Ensure(settings).Issued.ShouldBeTrue();

        Report("client").Problem.ShouldBeNull();
    }

    [Fact]
    public void The_CA_is_made_once()
    {
        Ensure(settings);
        var ca = Out("ca.crt");

        new CertificateIssuer(settings, clock, log).Ensure(force: true).Issued.ShouldBeTrue();

        Out("ca.crt").ShouldBe(ca);
    }

    [Fact]
    public void Half_a_CA_is_an_error_and_not_a_reason_for_a_new_one()
    {
        Ensure(settings);
        File.Delete(folder.File("ca/ca.key"));

        Should.Throw<CertificateFileException>(() => Ensure(settings)).Problem.ShouldBe(CertificateFileProblem.Missing);
    }

    [Fact]
    public void An_existing_CA_is_used_as_it_is()
    {
        Ensure(settings);
        var own = settings with { CaFolder = null, CaCertPath = folder.File("ca/ca.crt"), CaKeyPath = folder.File("ca/ca.key"), OutFolder = folder.File("more") };

        Ensure(own).Issued.ShouldBeTrue();

        File.ReadAllText(folder.File("more/ca.crt")).ShouldBe(Out("ca.crt"));
    }

    [Fact]
    public void A_second_CA_can_be_trusted_during_a_change()
    {
        Ensure(settings with { CaFolder = folder.File("old-ca"), OutFolder = folder.File("old") });

        Ensure(settings with { AlsoTrust = [folder.File("old/ca.crt")] });

        CertificateSet.Load(new TlsFiles(Path.Combine(settings.OutFolder, "ca.crt"))).Roots.Count.ShouldBe(2);
    }

    [Fact]
    public void After_two_thirds_of_the_time_files_are_renewed()
    {
        Ensure(settings);
        clock.Advance(TimeSpan.FromDays(59));
        Ensure(settings).Issued.ShouldBeFalse();
        clock.Advance(TimeSpan.FromDays(2));

        var renewed = Ensure(settings);

        renewed.Issued.ShouldBeTrue();
        renewed.Validity.NotAfter.ShouldBe(clock.GetUtcNow() + settings.Lifetime);
    }

    [Fact]
    public void A_CA_that_ends_is_told_before_and_after()
    {
        var shortCa = settings with { CaLifetime = TimeSpan.FromDays(30) };
        Ensure(shortCa).Validity.NotAfter.ShouldBe(clock.GetUtcNow().AddDays(30));
        log.At(LogLevel.Warning).Single().ShouldContain("The CA ends at");

        clock.Advance(TimeSpan.FromDays(31));

        Should.Throw<NebulaKeepException>(() => Ensure(shortCa)).Message.ShouldContain("expired");
    }

    [Fact]
    public void The_CAs_key_never_lies_with_the_certificates() =>
        Should.Throw<NebulaKeepException>(() => Ensure(settings with { CaFolder = settings.OutFolder })).Message.ShouldContain("--ca-dir");

    [Fact]
    public void Two_at_once_do_not_both_make_a_CA()
    {
        using var other = FolderLock.Take(settings.CaFolder!);

        Should.Throw<NebulaKeepException>(() => Ensure(settings)).Message.ShouldContain("..lock");
    }

    public void Dispose() => folder.Dispose();

    IssueOutcome Ensure(IssueSettings wanted) => new CertificateIssuer(wanted, clock, log).Ensure(force: false);

    string Out(string name) => File.ReadAllText(Path.Combine(settings.OutFolder, name));

    CertificateReport Report(string side) => CertificateReport.Of(
        CertificateSet.Load(new TlsFiles(
            Path.Combine(settings.OutFolder, "ca.crt"),
            Path.Combine(settings.OutFolder, $"{side}.crt"),
            Path.Combine(settings.OutFolder, $"{side}.key"))),
        clock.GetUtcNow());
}
