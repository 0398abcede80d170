using System.CommandLine;
using NebulaKeep.Backup.Retention;
using NebulaKeep.Br.Options;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Br.Commands;

/// <summary><c>pin</c> and <c>unpin</c>.</summary>
static class PinCommand
{
    public static Command Create(BrHost host) => Make(host, "pin", """
        Keeps a backup from being pruned, whatever the policy says, and from 'cleanup' without --force.

        Example:
          br-ent pin --storage local:///backups --name BACKUP_2026_11_22_08_05_13
        """, async (store, name, session, cancellationToken) =>
    {
        await Pins.PinAsync(store, name, session.Self(""), cancellationToken);
        return $"{name} is pinned.";
    });

    public static Command CreateUnpin(BrHost host) => Make(host, "unpin", """
        Lets a pinned backup be pruned again.

        Example:
          br-ent unpin --storage local:///backups --name BACKUP_2026_11_22_08_05_13
        """, async (store, name, _, cancellationToken) =>
        await Pins.UnpinAsync(store, name, cancellationToken) ? $"{name} is no longer pinned." : $"{name} was not pinned.");

    static Command Make(BrHost host, string verb, string description, Func<IObjectStore, BackupName, Session, CancellationToken, Task<string>> act)
    {
        var command = new Command(verb, description);
        var (store, output) = (StoreOptions.AddTo(command), OutputOptions.AddTo(command));
        var name = RestoreCommand.Name();
        command.Options.Add(name);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var backup = parsed.GetValue(name)!.Value;
            var root = await session.OpenRootAsync(store, parsed, null, cancellationToken);
            var text = await act(root.Objects, backup, session, cancellationToken);
            await session.ResultAsync(text, json =>
            {
                json.WriteString("event", "complete");
                json.WriteString("name", backup.Value);
                json.WriteBoolean("pinned", verb == "pin");
            });
            return ExitCode.Done;
        }));
        return command;
    }
}
