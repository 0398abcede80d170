using System.CommandLine;
using NebulaKeep.Backup.Roots;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Br.Commands;

/// <summary><c>key list</c>, <c>key add</c> and <c>key remove</c>.</summary>
static class KeyCommand
{
    public static Command Create(BrHost host) => new("key", "Lists and changes the keys that open an encrypted root") { List(host), Add(host), Remove(host) };

    static Command List(BrHost host)
    {
        var command = new Command("list", """
            Lists the keys that open an encrypted root. Needs none of them.

            Example:
              br-ent key list --storage s3://bucket/nebula
            """);
        var (store, output) = (StoreOptions.AddTo(command), OutputOptions.AddTo(command));
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var keys = await new KeyRing(session.OpenStore(store.Read(parsed, host.Environment)), host.Clock).ListAsync(cancellationToken);
            await session.ResultAsync(string.Join('\n', TextTable.Lines(["ID", "OPENED BY", "ADDED"], [.. keys.Select(Cells)])), json =>
            {
                json.WriteString("event", "complete");
                json.WriteStartArray("keys");
                foreach (var key in keys)
                {
                    json.WriteStartObject();
                    json.WriteString("id", key.Id);
                    json.WriteString("method", key.Method.ToString());
                    json.WriteString("added", key.Added);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Add(BrHost host)
    {
        var command = new Command("add", """
            Lets another key file or passphrase open an encrypted root. No object is written again. To change a key, add the new one, then
            remove the old one. Not while another run changes the keys of this root.

            Examples:
              br-ent key add --storage s3://bucket/nebula --key-file old.key --new-key-file new.key
              br-ent key add --storage s3://bucket/nebula --key-file old.key --new-passphrase-file passphrase
            """);
        var (store, added, output) = (StoreOptions.AddTo(command), KeyOptions.ToAdd(), OutputOptions.AddTo(command));
        foreach (var option in added.All) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var secret = added.Read(parsed, host.Environment) ?? throw new UsageException("--new-key-file or --new-passphrase-file is missing: what shall open the root, too.");
            var ring = new KeyRing(session.OpenStore(store.Read(parsed, host.Environment)), host.Clock);
            var key = await ring.AddAsync(store.ReadSecret(parsed, host.Environment), secret, cancellationToken);
            return await ReportAsync(session, $"The root is opened by this {RootRules.Name(key.Method)}, too, as key {key.Id}.", key.Id);
        }));
        return command;
    }

    static Command Remove(BrHost host)
    {
        var command = new Command("remove", """
            Takes a key from an encrypted root; its key file or passphrase opens it no more. Needs another key of the root, which stays, so
            the last can never be removed. Whoever kept a copy of nebulakeep.json and the removed key can still read: where a key was
            stolen, begin a new root.

            Example:
              br-ent key remove --storage s3://bucket/nebula --key-file new.key --id 3f0a9c51
            """);
        var (store, output) = (StoreOptions.AddTo(command), OutputOptions.AddTo(command));
        var id = new Option<string>("--id") { Description = "the key, as 'key list' shows it", Required = true };
        command.Options.Add(id);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var ring = new KeyRing(session.OpenStore(store.Read(parsed, host.Environment)), host.Clock);
            await ring.RemoveAsync(store.ReadSecret(parsed, host.Environment), parsed.GetValue(id)!, cancellationToken);
            return await ReportAsync(session, $"Key {parsed.GetValue(id)} opens the root no more.", parsed.GetValue(id)!);
        }));
        return command;
    }

    static string[] Cells(WrappedKey key) => [key.Id, RootRules.Name(key.Method), $"{key.Added:u}"];

    static async Task<int> ReportAsync(Session session, string text, string id)
    {
        await session.ResultAsync(text, json =>
        {
            json.WriteString("event", "complete");
            json.WriteString("id", id);
        });
        return ExitCode.Done;
    }
}
