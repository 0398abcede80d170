using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests.Issuing;

/// <summary>A sidecar whose CA comes as a mounted Secret, and what it does when that Secret changes.</summary>
public sealed class AuthorityChangeTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider clock = new();
    readonly RecordingLogger<CertificateIssuer> log = new();
    readonly RecordingLogger<CertificateRenewer> renewals = new();
    readonly CertificateAuthority old;
    readonly CertificateAuthority fresh;
    readonly IssueSettings settings;
    readonly CertificateIssuer issuer;

    public AuthorityChangeTests()
    {
        (old, fresh) = (Authority("old"), Authority("new"));
        settings = new IssueSettings
        {
            OutFolder = folder.File("credentials"),
            CaCertPath = folder.File("ca/tls.crt"),
            CaKeyPath = folder.File("ca/tls.key"),
            Bundle = folder.File("ca/ca.crt"),
            ServerNames = ["metad0"],
            Lifetime = TimeSpan.FromDays(9),
            Overlap = TimeSpan.FromMinutes(10),
        };
        issuer = new CertificateIssuer(settings, clock, log);
        Mount(old);
    }

    [Fact]
    public void A_mounted_Secret_is_a_CA()
    {
        issuer.Ensure(force: false);

        Report("server").Problem.ShouldBeNull();
        Report("client").Issuer.ShouldContain("CN=old");
        Roots().ShouldBe(["old"]);
    }

    [Fact]
    public void A_Secret_with_an_intermediate_CA_gives_chains_that_end_in_its_root()
    {
        using var intermediate = old.CreateIntermediate("between", old.Validity);
        Mount(intermediate, intermediate.CertificatePem, old.CertificatePem);

        issuer.Ensure(force: false);
        Report("server").Problem.ShouldBeNull();
        Roots().ShouldBe(["old"]);
        CertificateSet.Load(Files("server")).Chain.Select(Name).ShouldBe(["between"]);
        issuer.Ensure(force: false).Issued.ShouldBeFalse();
    }

    [Fact]
    public void An_intermediate_CA_without_its_root_is_refused()
    {
        using var intermediate = old.CreateIntermediate("between", old.Validity);
        Mount(intermediate, intermediate.CertificatePem, roots: null);

        Should.Throw<CertificateFileException>(() => issuer.Ensure(force: false)).Problem.ShouldBe(CertificateFileProblem.NoRoot);
    }

    [Fact]
    public void An_intermediate_CA_beside_the_root_of_another_is_refused()
    {
        using var intermediate = old.CreateIntermediate("between", old.Validity);
        Mount(intermediate, intermediate.CertificatePem, fresh.CertificatePem);

        Should.Throw<CertificateFileException>(() => issuer.Ensure(force: false)).Message.ShouldContain("--ca-bundle");
    }

    [Fact]
    public void Roots_that_the_Secret_names_besides_are_trusted_too()
    {
        Mount(old, old.CertificatePem, old.CertificatePem + fresh.CertificatePem);

        issuer.Ensure(force: false);

        Roots().ShouldBe(["old", "new"]);
    }

    [Fact]
    public void A_new_CA_is_trusted_beside_the_old_at_once_and_issues_only_when_everybody_has_seen_it()
    {
        issuer.Ensure(force: false);
        Mount(fresh);

        var seen = issuer.Ensure(force: false);
        Roots().ShouldBe(["new", "old"]);
        Report("server").Issuer.ShouldContain("CN=old");
        Report("server").Problem.ShouldBeNull();
        seen.SwitchAt.ShouldBe(clock.GetUtcNow() + settings.Overlap);
        clock.Advance(TimeSpan.FromMinutes(9));
        issuer.Ensure(force: false).Issued.ShouldBeFalse();

        clock.Advance(TimeSpan.FromMinutes(1));
        issuer.Ensure(force: false).Issued.ShouldBeTrue();

        Roots().ShouldBe(["new", "old"]);
        Report("server").Issuer.ShouldContain("CN=new");
        Report("client").Issuer.ShouldContain("CN=new");
    }

    [Fact]
    public void Two_CAs_of_one_name_are_told_apart_by_their_keys()
    {
        using var namesake = Authority("old");
        issuer.Ensure(force: false);
        Mount(namesake);

        issuer.Ensure(force: false).SwitchAt.ShouldNotBeNull();
        Roots().ShouldBe(["old", "old"]);
        Report("server").Problem.ShouldBeNull();
        clock.Advance(settings.Overlap);
        issuer.Ensure(force: false).Issued.ShouldBeTrue();

        Report("server").Problem.ShouldBeNull();
        issuer.Ensure(force: false).ShouldSatisfyAllConditions(outcome => outcome.Issued.ShouldBeFalse(), outcome => outcome.SwitchAt.ShouldBeNull());
    }

    [Fact]
    public void The_old_root_goes_with_the_first_renewal_by_the_new_CA_and_not_before()
    {
        issuer.Ensure(force: false);
        Mount(fresh);
        issuer.Ensure(force: false);
        clock.Advance(settings.Overlap);
        issuer.Ensure(force: false);

        clock.Advance(TimeSpan.FromDays(5));
        issuer.Ensure(force: false).Issued.ShouldBeFalse();
        Roots().ShouldBe(["new", "old"]);
        clock.Advance(TimeSpan.FromDays(2));
        issuer.Ensure(force: false).Issued.ShouldBeTrue();

        Roots().ShouldBe(["new"]);
    }

    [Fact]
    public void Certificates_that_end_before_the_overlap_does_are_replaced_at_once()
    {
        issuer.Ensure(force: false);
        clock.Advance(TimeSpan.FromDays(9) - TimeSpan.FromMinutes(5));
        Mount(fresh);

        issuer.Ensure(force: false).Issued.ShouldBeTrue();

        Report("server").Issuer.ShouldContain("CN=new");
        Roots().ShouldBe(["new", "old"]);
    }

    [Fact]
    public void Without_overlap_the_old_CA_is_forgotten_at_once()
    {
        issuer.Ensure(force: false);
        Mount(fresh);

        new CertificateIssuer(settings with { Overlap = TimeSpan.Zero }, clock, log).Ensure(force: false);

        Roots().ShouldBe(["new"]);
        Report("server").Issuer.ShouldContain("CN=new");
    }

    [Fact]
    public void Two_sides_that_learn_of_a_new_CA_at_different_times_trust_each_other_throughout()
    {
        var other = settings with { OutFolder = folder.File("other"), CaCertPath = folder.File("late-ca/tls.crt"), CaKeyPath = folder.File("late-ca/tls.key"), Bundle = null };
        var late = new CertificateIssuer(other, clock, log);
        Mount(old, folder.File("late-ca"));
        issuer.Ensure(force: false);
        late.Ensure(force: false);

        // A kubelet brings the Secret to one pod and some time later to the other. Both then pass their first renewal by the new CA.
        Mount(fresh);
        for (var minutes = 0; minutes < 60 * 24 * 10; minutes += minutes < 20 ? 1 : 240)
        {
            if (minutes == 2) Mount(fresh, folder.File("late-ca"));
            issuer.Ensure(force: false);
            late.Ensure(force: false);
            Accepts(settings, other);
            Accepts(other, settings);
            clock.Advance(TimeSpan.FromMinutes(minutes < 20 ? 1 : 240));
        }

        Roots().ShouldBe(["new"]);
    }

    [Fact]
    public async Task The_renewer_sees_a_changed_Secret_within_a_minute_and_switches_when_the_overlap_is_over()
    {
        using var stop = new CancellationTokenSource();
        var running = new CertificateRenewer(issuer, RenewalPace.Standard, clock, new Random(1), renewals).RunAsync(stop.Token);
        await SleepsAsync();
        Mount(fresh);

        clock.Advance(TimeSpan.FromMinutes(1));
        await SleepsAsync();
        Roots().ShouldBe(["new", "old"]);
        for (var minute = 0; minute < 11; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await SleepsAsync();
        }

        Report("server").Issuer.ShouldContain("CN=new");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Renewing_every_few_seconds_does_not_cut_the_overlap_short()
    {
        using var stop = new CancellationTokenSource();
        var hasty = new CertificateIssuer(settings with { Overlap = TimeSpan.FromMinutes(1) }, clock, log);
        var running = new CertificateRenewer(hasty, new RenewalPace(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)), clock, new Random(1), renewals).RunAsync(stop.Token);
        await SleepsAsync();
        Mount(fresh);

        for (var seconds = 0; seconds < 60; seconds += 2)
        {
            Report("server").Issuer.ShouldContain("CN=old");
            clock.Advance(TimeSpan.FromSeconds(2));
            await SleepsAsync();
        }
        clock.Advance(TimeSpan.FromSeconds(4));
        await SleepsAsync();

        Report("server").Issuer.ShouldContain("CN=new");
        Roots().ShouldBe(["new", "old"]);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task A_Secret_that_is_away_for_a_while_is_told_once_a_minute_and_changes_nothing()
    {
        using var stop = new CancellationTokenSource();
        var running = new CertificateRenewer(issuer, RenewalPace.Standard, clock, new Random(1), renewals).RunAsync(stop.Token);
        await SleepsAsync();
        File.Move(folder.File("ca/tls.key"), folder.File("ca/away"));

        for (var minute = 0; minute < 5; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await SleepsAsync();
        }

        renewals.At(LogLevel.Error).Count.ShouldBeInRange(1, 5);
        Report("server").Problem.ShouldBeNull();
        File.Move(folder.File("ca/away"), folder.File("ca/tls.key"));
        clock.Advance(TimeSpan.FromMinutes(2));
        await SleepsAsync();
        log.At(LogLevel.Information).Count.ShouldBe(1, "the certificates that were there are still good");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    public void Dispose()
    {
        old.Dispose();
        fresh.Dispose();
        folder.Dispose();
    }

    CertificateAuthority Authority(string name) => CertificateAuthority.Create(name, Validity.From(clock.GetUtcNow(), TimeSpan.FromDays(3650)));

    void Mount(CertificateAuthority authority) => Mount(authority, folder.File("ca"));

    void Mount(CertificateAuthority authority, string to) => Mount(authority, authority.CertificatePem, roots: null, to);

    void Mount(CertificateAuthority authority, string certificate, string? roots, string? to = null)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["tls.crt"] = certificate, ["tls.key"] = authority.ExportKey().Reveal() };
        if (roots is not null) files["ca.crt"] = roots;
        CertificateFolder.Replace(to ?? folder.File("ca"), files);
    }

    /// <summary>One side shows both of its certificates; the other has only its own bundle.</summary>
    void Accepts(IssueSettings verifier, IssueSettings shown)
    {
        foreach (var side in new[] { "server", "client" })
        {
            var set = CertificateSet.Load(Files(side, shown.OutFolder) with { CaPath = Path.Combine(verifier.OutFolder, "ca.crt") });
            CertificateReport.Of(set, clock.GetUtcNow()).Problem.ShouldBeNull($"at {clock.GetUtcNow():u}");
        }
    }

    Task SleepsAsync() => Eventually.TrueAsync(() => clock.PendingTimers == 1, "the renewer sleeps");

    TlsFiles Files(string side, string? from = null) => new(Path.Combine(from ?? settings.OutFolder, "ca.crt"), Path.Combine(from ?? settings.OutFolder, $"{side}.crt"), Path.Combine(from ?? settings.OutFolder, $"{side}.key"));

    CertificateReport Report(string side) => CertificateReport.Of(CertificateSet.Load(Files(side)), clock.GetUtcNow());

    List<string> Roots() => [.. CertificateSet.Load(new TlsFiles(Path.Combine(settings.OutFolder, "root.crt"))).Roots.Select(Name)];

    static string Name(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
}
