using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NebulaKeep.Testing;

namespace NebulaKeep.ImageTar.Tests;

/// <summary>An image is what its folders are, and nothing of the machine and the moment.</summary>
public sealed class ImageArchiveTests : IDisposable
{
    static readonly ImageSpec Spec = new() { User = "65532:65532", Entrypoint = ["/bin/program"], Command = ["serve"], Environment = new(StringComparer.Ordinal) { ["B"] = "2", ["A"] = "1" } };
    readonly TemporaryFolder folder = new();

    [Fact]
    public void The_same_folders_give_the_same_bytes_whatever_their_times_order_and_umask()
    {
        var first = Tree("first", ["a/x", "a/y", "b", "a-b/z"]);
        var second = Tree("second", ["a-b/z", "b", "a/y", "a/x"]);
        File.SetLastWriteTimeUtc(Path.Join(second, "b"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.SetUnixFileMode(Path.Join(second, "b"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.Join(second, "a"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Image([first], "1.tar").ShouldBe(Image([second], "2.tar"));

        File.ReadAllBytes(folder.File("1.tar")).ShouldBe(File.ReadAllBytes(folder.File("2.tar")));
    }

    [Fact]
    public void Another_content_name_or_layer_is_another_image()
    {
        var tree = Tree("tree", ["a"]);
        string[] digests = [Image([tree], "1.tar"), Image([tree, tree], "2.tar"), Image([Tree("other", ["a", "b"])], "3.tar"), Image([tree], "4.tar", Spec with { User = "0:0" })];
        digests.Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void Every_blob_lies_under_its_digest_and_all_that_is_named_is_there()
    {
        var digest = Image([Tree("one", ["a"]), Tree("two", ["b"])], "image.tar");
        var files = Read(folder.File("image.tar"));
        foreach (var (name, bytes) in files.Where(file => file.Key.StartsWith("blobs/", StringComparison.Ordinal)))
            name.ShouldBe("blobs/sha256/" + Convert.ToHexStringLower(SHA256.HashData(bytes)));

        var described = Json(files["index.json"])["manifests"]![0]!;
        described["digest"]!.GetValue<string>().ShouldBe(digest);
        described["annotations"]!["org.opencontainers.image.ref.name"]!.GetValue<string>().ShouldBe("test/image:1");
        described["annotations"]!["io.containerd.image.name"]!.GetValue<string>().ShouldBe("docker.io/test/image:1");
        var manifest = Json(Blob(files, described));
        var config = Json(Blob(files, manifest["config"]!));
        var layers = manifest["layers"]!.AsArray().Select(layer => layer!["digest"]!.GetValue<string>()).ToList();
        foreach (var layer in manifest["layers"]!.AsArray()) Blob(files, layer!).Length.ShouldBe((int)layer!["size"]!.GetValue<long>());
        config["rootfs"]!["diff_ids"]!.AsArray().Select(id => id!.GetValue<string>()).ShouldBe(layers);
        var engine = Json(files["manifest.json"])[0]!;
        files.ShouldContainKey(engine["Config"]!.GetValue<string>());
        engine["RepoTags"]!.AsArray().Select(tag => tag!.GetValue<string>()).ShouldBe(["test/image:1"]);
        engine["Layers"]!.AsArray().Select(path => "sha256:" + path!.GetValue<string>()["blobs/sha256/".Length..]).ShouldBe(layers);
    }

    [Fact]
    public void The_config_says_who_runs_what()
    {
        Image([Tree("one", ["a"])], "image.tar");
        var files = Read(folder.File("image.tar"));
        var config = Json(Blob(files, Json(Blob(files, Json(files["index.json"])["manifests"]![0]!))["config"]!))["config"]!;
        config["User"]!.GetValue<string>().ShouldBe("65532:65532");
        config["Entrypoint"]!.AsArray().Select(part => part!.GetValue<string>()).ShouldBe(["/bin/program"]);
        config["Cmd"]!.AsArray().Select(part => part!.GetValue<string>()).ShouldBe(["serve"]);
        config["Env"]!.AsArray().Select(part => part!.GetValue<string>()).ShouldBe(["A=1", "B=2"]);
    }

    [Fact]
    public void A_layer_keeps_content_links_and_what_is_executable_and_belongs_to_root()
    {
        var tree = Tree("tree", ["bin/program", "etc/file"]);
        File.SetUnixFileMode(Path.Join(tree, "bin/program"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Join(tree, "bin/link"), "../elsewhere/that/is/not/here");
        Directory.CreateSymbolicLink(Path.Join(tree, "lib"), "bin");
        File.SetUnixFileMode(Directory.CreateDirectory(Path.Join(tree, "tmp")).FullName, (UnixFileMode)0b1_111_111_111);
        using var layer = new MemoryStream();

        LayerWriter.Write(tree, layer);

        layer.Position = 0;
        var entries = Entries(layer).ToDictionary(entry => entry.Name);
        entries.Keys.ShouldBe(["bin/", "bin/link", "bin/program", "etc/", "etc/file", "lib", "tmp/"]);
        entries.Values.ShouldAllBe(entry => entry.Uid == 0 && entry.Gid == 0 && entry.ModificationTime == DateTimeOffset.UnixEpoch);
        ((int)entries["bin/program"].Mode).ShouldBe(Convert.ToInt32("755", 8));
        ((int)entries["etc/file"].Mode).ShouldBe(Convert.ToInt32("644", 8));
        ((int)entries["tmp/"].Mode).ShouldBe(Convert.ToInt32("1777", 8));
        entries["bin/link"].LinkName.ShouldBe("../elsewhere/that/is/not/here");
        entries["lib"].EntryType.ShouldBe(TarEntryType.SymbolicLink);
    }

    [Fact]
    public void Long_names_are_kept()
    {
        var name = string.Join('/', Enumerable.Repeat(new string('n', 90), 4));
        var tree = Tree("tree", [name]);
        using var layer = new MemoryStream();

        LayerWriter.Write(tree, layer);

        layer.Position = 0;
        Entries(layer).Last().Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("""{"user":"1:1"}""")]
    [InlineData("""{"user":"1:1","entrypoint":["/x"],"entrypiont":[]}""")]
    [InlineData("null")]
    [InlineData("no JSON")]
    public void A_spec_that_is_none_is_refused_and_named(string text) =>
        Should.Throw<InvalidDataException>(() => ImageSpec.Read(folder.Write("spec.json", text))).Message.ShouldContain("spec.json");

    public void Dispose() => folder.Dispose();

    string Image(string[] layers, string name, ImageSpec? spec = null) => ImageArchive.Write(spec ?? Spec, ImageName.Parse("test/image:1"), layers, folder.File(name));

    string Tree(string name, string[] files)
    {
        foreach (var file in files) folder.Write($"{name}/{file}", "content of " + file);
        return folder.File(name);
    }

    static JsonNode Json(byte[] bytes) => JsonNode.Parse(bytes)!;

    static byte[] Blob(Dictionary<string, byte[]> files, JsonNode described) => files["blobs/sha256/" + described["digest"]!.GetValue<string>()["sha256:".Length..]];

    static Dictionary<string, byte[]> Read(string archive)
    {
        using var file = File.OpenRead(archive);
        return Entries(file).ToDictionary(entry => entry.Name, entry =>
        {
            using var copy = new MemoryStream();
            entry.DataStream?.CopyTo(copy);
            return copy.ToArray();
        });
    }

    static List<TarEntry> Entries(Stream stream)
    {
        using var reader = new TarReader(stream, leaveOpen: true);
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry) entries.Add(entry);
        return entries;
    }
}
