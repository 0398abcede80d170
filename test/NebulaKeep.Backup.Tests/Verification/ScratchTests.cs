using NebulaKeep.Backup.Verification.Deep;
using NebulaKeep.Core;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Verification;

public sealed class ScratchTests
{
    [Fact]
    public void Too_little_room_is_seen_before_anything_is_downloaded()
    {
        using var parent = new TemporaryFolder();

        var error = Should.Throw<NebulaKeepException>(() => Scratch.Create(parent.Path, 5L << 30, _ => 1L << 30));

        error.Message.ShouldContain(parent.Path);
        error.Message.ShouldContain("--scratch");
        Directory.EnumerateFileSystemEntries(parent.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Only_what_it_made_goes()
    {
        using var parent = new TemporaryFolder();
        parent.Write("mine", "");

        using (var scratch = Scratch.Create(parent.Path, 0, Scratch.FreeBytes))
            File.WriteAllText(scratch.Folder().MakePath("a/b"), "x");

        Directory.EnumerateFileSystemEntries(parent.Path).ShouldHaveSingleItem().ShouldBe(parent.File("mine"));
    }
}
