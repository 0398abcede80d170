using System.CommandLine;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Br.Commands;
using NebulaKeep.Core;

namespace NebulaKeep.Br;

/// <summary>The command line: parses, runs one command, turns failures into messages and exit codes.</summary>
sealed class BrApp(BrHost host)
{
    /// <summary>Runs one command.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await host.Error.WriteLineAsync($"br: {error.Message}");
            await host.Error.WriteLineAsync("Try '--help'.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration { Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception e)
        {
            return await ReportAsync(e, cancellationToken);
        }
    }

    internal RootCommand Root() => new("Backs up and restores NebulaGraph clusters over mutual TLS. Each command has --help with examples.")
    {
        BackupCommand.Create(host),
        RestoreCommand.Create(host),
        ShowCommand.Create(host),
        VerifyCommand.Create(host),
        CleanupCommand.Create(host),
        PruneCommand.Create(host),
        PinCommand.Create(host),
        PinCommand.CreateUnpin(host),
        KeyCommand.Create(host),
        VersionCommand.Create(host),
    };

    async Task<int> ReportAsync(Exception failure, CancellationToken cancellationToken)
    {
        var interrupted = failure is BackupFailedException { Interrupted: true } or RestoreFailedException { Interrupted: true } or RemovalInterruptedException
            || (failure is OperationCanceledException && cancellationToken.IsCancellationRequested);
        var text = failure switch
        {
            OperationCanceledException when interrupted => "Interrupted; nothing was changed.",
            UsageException or NebulaKeepException => failure.Message,
            _ => $"An error that should not happen, please report it: {failure}",
        };
        await host.Error.WriteLineAsync($"br: {text}");
        return failure is UsageException ? ExitCode.Usage : interrupted ? ExitCode.Interrupted : ExitCode.Failed;
    }
}

/// <summary>A removal was interrupted; the message says what that means.</summary>
sealed class RemovalInterruptedException(string message, Exception inner) : NebulaKeepException(message, inner);

/// <summary>Flags that parse and yet make no sense together.</summary>
sealed class UsageException(string message) : Exception(message);
