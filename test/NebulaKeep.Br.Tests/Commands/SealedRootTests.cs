using System.Text;
using System.Text.Json;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.Testing;

namespace NebulaKeep.Br.Tests.Commands;

/// <summary>Whole runs of br with roots that are compressed and encrypted.</summary>
public sealed class SealedRootTests : IDisposable
{
    const string Full = "BACKUP_2026_11_22_08_00_00";
    const string Canary = "content that nobody else may read, ";
    const string Passphrase = "correct horse battery staple";
    static readonly string[] Storage = ["--storage", "local:///backups"];
    static readonly string[] Cluster = ["--meta", "n1:9559", .. Storage];
    readonly TemporaryFolder folder = new();
    readonly TestBr br = new();
    readonly string keyFile;
    readonly string[] key;

    public SealedRootTests()
    {
        keyFile = KeyFile("root.key");
        key = ["--key-file", keyFile];
        Plant("first");
    }

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Kinds => ["--encrypt", "--compress zstd", "--encrypt --compress zstd"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Backups_are_made_shown_proven_restored_and_removed(string kind)
    {
        var mine = kind.Contains("--encrypt") ? key : [];
        var before = br.Scene.Cluster.Data;
        await ShouldWorkAsync(["backup", "full", .. Cluster, .. kind.Split(' '), .. mine]);
        Plant("second");
        var second = br.Scene.Cluster.Data;
        await ShouldWorkAsync(["backup", "incr", "--base", "latest", .. Cluster, .. mine]);
        var incremental = (await NamesAsync())[^1];

        await ShouldWorkAsync(["show", .. Storage, .. mine]);
        br.Out.ToString().ShouldContain(incremental);
        foreach (var name in new[] { Full, incremental })
        foreach (var level in new[] { "exists", "checksum" })
            await ShouldWorkAsync(["verify", .. Storage, "--name", name, "--level", level, .. mine]);

        Plant("third");
        await ShouldWorkAsync(["restore", "full", .. Cluster, "--name", incremental, .. mine]);
        br.Scene.Cluster.Data.ShouldBe(second);
        await ShouldWorkAsync(["restore", "full", .. Cluster, "--name", Full, .. mine]);
        br.Scene.Cluster.Data.ShouldBe(before);

        await ShouldWorkAsync(["pin", .. Storage, "--name", incremental, .. mine]);
        await ShouldWorkAsync(["prune", .. Storage, "--keep-last", "1", .. mine]);
        await ShouldWorkAsync(["verify", .. Storage, "--name", incremental, "--level", "checksum", .. mine]);
        await ShouldWorkAsync(["cleanup", .. Cluster, "--name", incremental, "--force", .. mine]);
        (await br.Scene.KeysAsync()).ShouldBe([RootFile.Key]);
    }

    [Fact]
    public async Task No_content_and_no_key_lies_in_the_store_or_the_output()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt", .. key, "--log", Path.Join(folder.Path, "log")]);

        var secrets = new[] { Canary, File.ReadAllText(keyFile).Trim(), await RootKeyAsync() };
        foreach (var name in await br.Scene.KeysAsync())
        {
            var stored = Encoding.Latin1.GetString(await BytesAsync(br.Scene.Objects, name));
            foreach (var secret in secrets) stored.ShouldNotContain(secret, customMessage: name);
            foreach (var secret in secrets.Skip(1)) stored.ShouldNotContain(Encoding.Latin1.GetString(Convert.FromBase64String(secret)), customMessage: name);
            if (name != RootFile.Key) stored.ShouldStartWith("NKSEAL1\n");
        }

        var said = br.Out.ToString() + br.Error + File.ReadAllText(Path.Join(folder.Path, "log"));
        foreach (var secret in secrets) said.ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_plain_root_gets_no_description_and_no_other_byte()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster]);

        (await br.Scene.KeysAsync()).ShouldNotContain(RootFile.Key);
        (await br.Scene.KeysAsync()).ShouldAllBe(name => name.StartsWith(Full + "/", StringComparison.Ordinal));
        var tables = (await br.Scene.KeysAsync()).Where(name => name.EndsWith(".sst", StringComparison.Ordinal)).ToList();
        tables.ShouldNotBeEmpty();
        var all = await Task.WhenAll(tables.Select(async name => Encoding.UTF8.GetString(await BytesAsync(br.Scene.Objects, name))));
        all.ShouldContain(content => content.Contains(Canary));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("verify --name " + Full)]
    [InlineData("restore full --meta n1:9559 --name " + Full)]
    [InlineData("cleanup --force --name " + Full)]
    [InlineData("prune --keep-last 1")]
    [InlineData("pin --name " + Full)]
    [InlineData("unpin --name " + Full)]
    [InlineData("backup full --meta n1:9559")]
    [InlineData("backup incr --base latest --meta n1:9559")]
    public async Task Without_its_key_an_encrypted_root_is_left_alone_and_what_is_missing_is_said(string command)
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt", .. key]);
        var before = await ContentAsync();

        (await br.RunAsync([.. command.Split(' '), .. Storage])).ShouldBe(1);
        br.Error.ToString().ShouldContain("encrypted, and no key was given. It takes a key file: --key-file or NEBULAKEEP_KEY_FILE");

        (await br.RunAsync([.. command.Split(' '), .. Storage, "--key-file", KeyFile("other.key")])).ShouldBe(1);
        br.Error.ToString().ShouldContain("The key file is none that opens local:///backups".Replace("local:///backups", br.Scene.Store.Location));

        (await br.RunAsync([.. command.Split(' '), .. Storage, "--passphrase-file", folder.Write("pass", Passphrase)])).ShouldBe(1);
        br.Error.ToString().ShouldContain("is opened by a key file; a passphrase was given");

        (await ContentAsync()).ShouldBe(before);
        br.Scene.Cluster.WritesOpen.ShouldBeTrue();
        br.Scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--compress none", "made with --compress zstd")]
    [InlineData("--compress zstd --encrypt", null)]
    [InlineData("", null)]
    public async Task What_the_first_backup_decided_holds_for_later_ones(string flags, string? refusal)
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--compress", "zstd", "--encrypt", .. key]);

        var code = await br.RunAsync([.. "backup full".Split(' '), .. Cluster, .. key, .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        code.ShouldBe(refusal is null ? 0 : 1, br.Error.ToString());
        if (refusal is not null) br.Error.ToString().ShouldContain(refusal);
    }

    [Theory]
    [InlineData("--compress zstd")]
    [InlineData("--encrypt")]
    public async Task A_root_with_plain_backups_stays_plain(string flags)
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster]);

        (await br.RunAsync(["backup", "full", .. Cluster, .. flags.Split(' '), .. flags == "--encrypt" ? key : []])).ShouldBe(1);

        br.Error.ToString().ShouldContain("is plain and stays so");
        (await br.Scene.KeysAsync()).ShouldNotContain(RootFile.Key);
        await ShouldWorkAsync(["backup", "full", .. Cluster]);
    }

    [Fact]
    public async Task Whoever_has_a_key_is_never_led_to_write_or_read_in_the_clear()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt", .. key]);
        await br.Scene.Objects.DeleteAsync([RootFile.Key], default);
        var before = await ContentAsync();

        foreach (var command in new[] { "backup full --meta n1:9559", "backup full --meta n1:9559 --encrypt", "show", "prune --keep-last 1" })
            (await br.RunAsync([.. command.Split(' '), .. Storage, .. key])).ShouldBe(1);

        br.Error.ToString().ShouldContain("is not encrypted: it has no nebulakeep.json");
        (await ContentAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_damaged_object_is_found_by_name_and_never_restored()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt", "--compress", "zstd", .. key]);
        var victim = (await br.Scene.KeysAsync()).First(name => name.EndsWith(".sst", StringComparison.Ordinal) && name.Contains("/data/"));
        var bytes = await BytesAsync(br.Scene.Objects, victim);
        bytes[60] ^= 1;
        await br.Scene.Objects.PutAsync(victim, new MemoryStream(bytes), PutCondition.Overwrite, default);
        var data = br.Scene.Cluster.Data;

        (await br.RunAsync(["verify", .. Storage, "--name", Full, "--level", "checksum", .. key])).ShouldBe(1);
        br.Out.ToString().ShouldContain(victim);

        (await br.RunAsync(["restore", "full", .. Cluster, "--name", Full, .. key])).ShouldBe(1);
        br.Scene.Cluster.Data.ShouldBe(data);
    }

    [Fact]
    public async Task A_damaged_manifest_is_shown_and_verified_as_damage()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt", "--compress", "zstd", .. key]);
        var manifest = BackupLayout.Manifest(BackupName.Parse(Full));
        var bytes = await BytesAsync(br.Scene.Objects, manifest);
        await br.Scene.Objects.PutAsync(manifest, new MemoryStream(bytes[..^1]), PutCondition.Overwrite, default);

        (await br.RunAsync(["show", .. Storage, .. key])).ShouldBe(0);
        br.Error.ToString().ShouldContain($"{Full}: The object '{manifest}'");
        (await br.RunAsync(["verify", .. Storage, "--name", Full, .. key])).ShouldBe(1);
        br.Out.ToString().ShouldContain("cannot be opened");
    }

    [Fact]
    public async Task The_environment_can_name_the_key_and_flags_come_first()
    {
        br.Environment["NEBULAKEEP_PASSPHRASE_FILE"] = folder.Write("pass", Passphrase + "\n");
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt"]);
        await ShouldWorkAsync(["show", .. Storage]);

        (await br.RunAsync(["show", .. Storage, .. key])).ShouldBe(1);
        br.Error.ToString().ShouldContain("is opened by a passphrase; a key file was given");
        br.Environment["NEBULAKEEP_KEY_FILE"] = keyFile;
        (await br.RunAsync(["show", .. Storage])).ShouldBe(2);
    }

    [Theory]
    [InlineData("--key-file /nowhere.key", "'/nowhere.key' cannot be read")]
    [InlineData("--key-file {short}", "A key file holds 32 random bytes in Base64")]
    [InlineData("--key-file {long}", "is longer than 4096 bytes")]
    [InlineData("--passphrase-file {short}", "at least 12 characters")]
    public async Task A_key_that_cannot_be_used_is_said_and_not_shown(string flags, string message)
    {
        var filled = flags.Replace("{short}", folder.Write("short", "hunter2")).Replace("{long}", folder.Write("long", new string('x', 5000)));

        (await br.RunAsync(["backup", "full", .. Cluster, "--encrypt", .. filled.Split(' ')])).ShouldBe(1);

        br.Error.ToString().ShouldContain(message);
        br.Error.ToString().ShouldNotContain("hunter2");
        (await br.Scene.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_are_added_listed_and_removed_and_the_backups_stay_readable()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt", .. key]);
        var objects = await ContentAsync(except: RootFile.Key);
        string[] other = ["--key-file", KeyFile("new.key")];
        var first = (await KeysAsync()).ShouldHaveSingleItem();

        await ShouldWorkAsync(["key", "add", .. Storage, .. key, "--new-key-file", other[1]]);
        var second = (await KeysAsync()).Except([first]).ShouldHaveSingleItem();
        await ShouldWorkAsync(["verify", .. Storage, "--name", Full, "--level", "checksum", .. other]);
        await ShouldWorkAsync(["verify", .. Storage, "--name", Full, .. key]);

        await ShouldWorkAsync(["key", "remove", .. Storage, .. other, "--id", first]);
        (await KeysAsync()).ShouldBe([second]);
        (await br.RunAsync(["show", .. Storage, .. key])).ShouldBe(1);
        await ShouldWorkAsync(["verify", .. Storage, "--name", Full, "--level", "checksum", .. other]);
        (await ContentAsync(except: RootFile.Key)).ShouldBe(objects);
    }

    [Fact]
    public async Task The_last_key_and_the_given_one_cannot_be_removed()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--encrypt", .. key]);
        var first = (await KeysAsync()).ShouldHaveSingleItem();

        (await br.RunAsync(["key", "remove", .. Storage, .. key, "--id", first])).ShouldBe(1);
        br.Error.ToString().ShouldContain($"Key {first} is the last");
        await ShouldWorkAsync(["key", "add", .. Storage, .. key, "--new-passphrase-file", folder.Write("pass", Passphrase)]);
        (await br.RunAsync(["key", "remove", .. Storage, .. key, "--id", first])).ShouldBe(1);
        br.Error.ToString().ShouldContain($"Key {first} is the one that was given");
        (await br.RunAsync(["key", "remove", .. Storage, .. key, "--id", "00000000"])).ShouldBe(1);
        br.Error.ToString().ShouldContain("has no key 00000000");
        (await br.RunAsync(["key", "add", .. Storage, .. key, "--new-key-file", keyFile])).ShouldBe(1);
        br.Error.ToString().ShouldContain($"already, as key {first}");
        (await br.RunAsync(["key", "remove", .. Storage, "--id", first])).ShouldBe(1);
        br.Error.ToString().ShouldContain("It takes a key file or a passphrase");
        (await KeysAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_plain_or_compressed_root_has_no_keys()
    {
        await ShouldWorkAsync(["backup", "full", .. Cluster, "--compress", "zstd"]);

        (await br.RunAsync(["key", "list", .. Storage])).ShouldBe(1);
        br.Error.ToString().ShouldContain("is not encrypted, so it has no keys");
        (await br.RunAsync(["show", .. Storage, .. key])).ShouldBe(1);
        br.Error.ToString().ShouldContain("is compressed and not encrypted");
    }

    void Plant(string version)
    {
        br.Scene.Cluster.Fill(version);
        foreach (var host in br.Scene.Cluster.Storageds)
            foreach (var path in host.DataPaths)
                host.Disk.Write($"{path}/nebula/{br.Scene.Cluster.Spaces[0].Id}/data/900001.sst", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Canary + version + path, 3000))));
    }

    string KeyFile(string name) => folder.Write(name, Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)) + "\n");

    async Task ShouldWorkAsync(string[] arguments) => (await br.RunAsync(arguments)).ShouldBe(0, $"{string.Join(' ', arguments)}: {br.Error}");

    async Task<string> RootKeyAsync() =>
        RootKeys.Open((await RootFiles.ReadAsync(br.Scene.Objects, default))!, UnlockSecret.FromKeyFile(File.ReadAllText(keyFile)))!.Seal.Encryption!.RootKey.Reveal();

    async Task<List<string>> NamesAsync() => await br.Scene.Objects.ListFoldersAsync("", default).Where(f => BackupName.TryParse(f, out _)).ToListAsync();

    async Task<IReadOnlyList<string>> KeysAsync()
    {
        var json = new TestBr { Store = br.Scene.Objects, IsTerminal = false };
        (await json.RunAsync(["key", "list", .. Storage])).ShouldBe(0, json.Error.ToString());
        return [.. JsonDocument.Parse(json.Out.ToString()).RootElement.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("id").GetString()!)];
    }

    async Task<string> ContentAsync(string? except = null)
    {
        var lines = new List<string>();
        foreach (var name in await br.Scene.KeysAsync())
            if (name != except)
                lines.Add($"{name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await BytesAsync(br.Scene.Objects, name)))}");
        return string.Join('\n', lines);
    }

    static async Task<byte[]> BytesAsync(IObjectStore store, string key)
    {
        await using var content = await store.OpenReadAsync(key, null, default);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }
}
