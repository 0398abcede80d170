using System.Runtime.InteropServices;

namespace NebulaKeep.Br;

/// <summary>Turns Ctrl-C and SIGTERM into a cancellation, once; the clean-up that follows is not interrupted by more of them.</summary>
sealed class Interrupt : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    public Interrupt(TextWriter error) =>
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context => Received(context, error)))];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    void Received(PosixSignalContext context, TextWriter error)
    {
        context.Cancel = true;
        error.WriteLine(source.IsCancellationRequested ? "Still cleaning up; please wait." : "Interrupted: opening writes and cleaning up.");
        source.Cancel();
    }
}
