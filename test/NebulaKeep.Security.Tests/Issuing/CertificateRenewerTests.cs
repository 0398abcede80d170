using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests.Issuing;

public sealed class CertificateRenewerTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider clock = new();
    readonly RecordingLogger<CertificateIssuer> issued = new();
    readonly RecordingLogger<CertificateRenewer> log = new();
    readonly CancellationTokenSource stop = new();
    readonly IssueSettings settings;

    public CertificateRenewerTests() =>
        settings = new IssueSettings { OutFolder = folder.File("certs"), CaFolder = folder.File("ca"), ServerNames = ["metad0"], Lifetime = TimeSpan.FromDays(9) };

    [Fact]
    public async Task Certificates_are_renewed_again_and_again_before_they_expire()
    {
        var running = Run();

        for (var round = 1; round <= 3; round++)
        {
            await WaitingAsync(round);
            await AdvanceAsync(TimeSpan.FromDays(7));
            await Eventually.TrueAsync(() => Issued == round + 1, $"renewal {round}");
            NotAfter.ShouldBeGreaterThan(clock.GetUtcNow().UtcDateTime.AddDays(2), "a quarter of the time is left at any moment");
        }

        await StopAsync(running);
    }

    [Fact]
    public async Task Nothing_is_renewed_early()
    {
        var running = Run();
        await WaitingAsync(1);

        await AdvanceAsync(TimeSpan.FromDays(5));

        Issued.ShouldBe(1);
        await StopAsync(running);
    }

    [Fact]
    public async Task A_failed_renewal_is_logged_and_tried_again_a_minute_later()
    {
        var running = Run();
        await WaitingAsync(1);
        var taken = FolderLock.Take(settings.CaFolder!);
        await AdvanceAsync(TimeSpan.FromDays(7));
        await Eventually.TrueAsync(() => log.At(LogLevel.Error).Count > 0, "the failure is logged");
        await taken.DisposeAsync();

        await AdvanceAsync(TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync(() => Issued == 2, "the second attempt issues");
        await StopAsync(running);
    }

    [Fact]
    public async Task A_failure_at_the_start_is_thrown()
    {
        using var taken = FolderLock.Take(settings.CaFolder!);

        await Should.ThrowAsync<NebulaKeepException>(Run());
    }

    [Fact]
    public async Task Who_wants_it_gets_new_certificates_every_few_seconds()
    {
        var running = Run(new RenewalPace(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)));

        for (var round = 1; round <= 3; round++)
        {
            await WaitingAsync(round);
            await AdvanceAsync(TimeSpan.FromSeconds(2));
            await AdvanceAsync(TimeSpan.FromSeconds(2));
            Issued.ShouldBe(round);
            await AdvanceAsync(TimeSpan.FromSeconds(1.01));
            await Eventually.TrueAsync(() => Issued == round + 1, $"renewal {round}");
        }

        await StopAsync(running);
    }

    [Fact]
    public async Task A_CA_is_replaced_in_three_steps_and_each_is_taken_up_at_once()
    {
        var secret = Directory.CreateDirectory(folder.File("secret")).FullName;
        var (old, young) = (NewAuthority("old"), NewAuthority("young"));
        Mount(secret, old, bundle: null);
        var mounted = settings with { CaFolder = null, CaCertPath = Path.Combine(secret, "tls.crt"), CaKeyPath = Path.Combine(secret, "tls.key"), Bundle = Path.Combine(secret, "ca.crt") };
        var running = Run(RenewalPace.Standard, mounted);
        await WaitingAsync(1);
        Trusted().ShouldBe([old.Subject]);

        Mount(secret, old, old.Pem + young.Pem);
        await TakenUpAsync(2);
        Trusted().ShouldBe([old.Subject, young.Subject]);
        Issuer().ShouldBe(old.Subject);

        Mount(secret, young, old.Pem + young.Pem);
        await TakenUpAsync(3);
        Trusted().ShouldBe([young.Subject, old.Subject]);
        Issuer().ShouldBe(young.Subject);

        Mount(secret, young, young.Pem);
        await TakenUpAsync(4);
        Trusted().ShouldBe([young.Subject]);
        await StopAsync(running);
    }

    async Task TakenUpAsync(int times)
    {
        await AdvanceAsync(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => Issued + Trusting == times, $"the change is taken up, the folder is written for the {times}. time");
        await WaitingAsync(times);
    }

    /// <summary>As the kubelet changes a mounted Secret: a new folder, and one link swapped.</summary>
    static void Mount(string secret, (string Subject, string Pem, string Key) authority, string? bundle)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["tls.crt"] = authority.Pem, ["tls.key"] = authority.Key };
        if (bundle is not null) files["ca.crt"] = bundle;
        CertificateFolder.Replace(secret, files);
    }

    (string Subject, string Pem, string Key) NewAuthority(string name)
    {
        using var authority = CertificateAuthority.Create(name, Validity.From(clock.GetUtcNow(), TimeSpan.FromDays(100)));
        return ($"CN={name}, O=NebulaKeep", authority.CertificatePem, authority.ExportKey().Reveal());
    }

    IReadOnlyList<string> Trusted() => [.. CertificateSet.Load(new TlsFiles(Path.Combine(settings.OutFolder, "root.crt"))).Roots.Select(root => root.Subject)];

    string Issuer() => CertificateSet.Load(new TlsFiles(
        Path.Combine(settings.OutFolder, "root.crt"), Path.Combine(settings.OutFolder, "client.crt"), Path.Combine(settings.OutFolder, "client.key"))).Leaf!.Issuer;

    public void Dispose()
    {
        stop.Dispose();
        folder.Dispose();
    }

    int Trusting => issued.At(LogLevel.Information).Count(message => message.StartsWith("Changed the trusted CAs"));

    int Issued => issued.At(LogLevel.Information).Count(message => message.StartsWith("Issued"));

    DateTime NotAfter => CertificateSet.Load(new TlsFiles(
        Path.Combine(settings.OutFolder, "ca.crt"), Path.Combine(settings.OutFolder, "server.crt"), Path.Combine(settings.OutFolder, "server.key")))
        .Leaf!.NotAfter.ToUniversalTime();

    Task Run(RenewalPace? pace = null, IssueSettings? other = null) =>
        new CertificateRenewer(new CertificateIssuer(other ?? settings, clock, issued), pace ?? new RenewalPace(TimeSpan.FromDays(1)), clock, new Random(1), log).RunAsync(stop.Token);

    Task WaitingAsync(int times) => Eventually.TrueAsync(
        () => log.At(LogLevel.Information).Count == times && clock.PendingTimers == 1, $"the renewer waits for the {times}. time");

    /// <summary>In steps of a day, each after the renewer has gone to sleep again: it never sleeps longer.</summary>
    async Task AdvanceAsync(TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += Step(by))
        {
            await Eventually.TrueAsync(() => clock.PendingTimers == 1, "the renewer sleeps");
            clock.Advance(Step(by));
        }
    }

    static TimeSpan Step(TimeSpan by) => by < TimeSpan.FromDays(1) ? by : TimeSpan.FromDays(1);

    async Task StopAsync(Task running)
    {
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }
}
