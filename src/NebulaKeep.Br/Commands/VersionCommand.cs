using System.CommandLine;

namespace NebulaKeep.Br.Commands;

/// <summary><c>version</c>.</summary>
static class VersionCommand
{
    public static Command Create(BrHost host)
    {
        var command = new Command("version", "Prints the version");
        command.SetAction(async (_, _) =>
        {
            await host.Out.WriteLineAsync(Session.Program);
            return ExitCode.Done;
        });
        return command;
    }
}
