using System.Diagnostics;
using NebulaKeep.Testing;

namespace NebulaKeep.Certs.Tests;

public sealed class TerminationTests
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_program_ends_well_on_SIGTERM()
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet");
        string[] arguments =
            [typeof(CertsProgram).Assembly.Location, "serve", "--out", folder.File("certs"), "--ca-dir", folder.File("ca"), "--server-name", "metad0"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var program = Process.Start(start)!;

        // The signal handler is in place before the command begins, so before the first file.
        await Eventually.TrueAsync(() => File.Exists(folder.File("certs/client.key")), "the certificates are issued", Bound);
        using var kill = Process.Start(new ProcessStartInfo("kill") { ArgumentList = { "-TERM", $"{program.Id}" } })!;
        using var bound = new CancellationTokenSource(Bound);
        await program.WaitForExitAsync(bound.Token);

        program.ExitCode.ShouldBe(0);
    }
}
