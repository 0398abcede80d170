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

    public void Dispose()
    {
        stop.Dispose();
        folder.Dispose();
    }

    int Issued => issued.At(LogLevel.Information).Count(message => message.StartsWith("Issued"));

    DateTime NotAfter => CertificateSet.Load(new TlsFiles(
        Path.Combine(settings.OutFolder, "ca.crt"), Path.Combine(settings.OutFolder, "server.crt"), Path.Combine(settings.OutFolder, "server.key")))
        .Leaf!.NotAfter.ToUniversalTime();

    Task Run() => new CertificateRenewer(new CertificateIssuer(settings, clock, issued), clock, new Random(1), log).RunAsync(stop.Token);

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
