using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests.Issuing;

public sealed class CertificateFolderTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [Fact]
    public void Keys_are_for_their_owner_only()
    {
        CertificateFolder.Replace(folder.Path, Files("1"));

        Mode("server.key").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Mode("server.crt").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    [Fact]
    public void The_next_set_replaces_the_last_and_leaves_nothing_behind()
    {
        CertificateFolder.Replace(folder.Path, Files("1"));
        CertificateFolder.Replace(folder.Path, Files("2"));

        File.ReadAllText(folder.File("server.crt")).ShouldBe("certificate 2");
        File.ReadAllText(folder.File("server.key")).ShouldBe("key 2");
        Directory.GetFileSystemEntries(folder.Path).Length.ShouldBe(4, "two links, ..data and one set");
    }

    [Fact]
    public void Plain_files_of_another_tool_are_taken_over()
    {
        folder.Write("server.crt", "upstream's");
        folder.Write("other.txt", "not ours");

        CertificateFolder.Replace(folder.Path, Files("1"));

        File.ReadAllText(folder.File("server.crt")).ShouldBe("certificate 1");
        File.ReadAllText(folder.File("other.txt")).ShouldBe("not ours");
    }

    [Fact]
    public async Task A_reader_at_any_moment_finds_whole_files()
    {
        CertificateFolder.Replace(folder.Path, Files("0"));
        var writing = Task.Run(() => Enumerable.Range(1, 50).ToList().ForEach(i => CertificateFolder.Replace(folder.Path, Files($"{i}"))));
        var seen = new List<string>();
        while (!writing.IsCompleted)
            if (TryRead("server.crt") is { } text) seen.Add(text);
        await writing;

        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(text => text.StartsWith("certificate "));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Null in the moment between resolving a link and opening its target, which an old set does not survive.</summary>
    string? TryRead(string name)
    {
        try
        {
            return File.ReadAllText(folder.File(name));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    UnixFileMode Mode(string name) => File.GetUnixFileMode(File.ResolveLinkTarget(folder.File(name), returnFinalTarget: true)!.FullName);

    static Dictionary<string, string> Files(string version) => new(StringComparer.Ordinal)
    {
        ["server.crt"] = $"certificate {version}",
        ["server.key"] = $"key {version}",
    };
}
