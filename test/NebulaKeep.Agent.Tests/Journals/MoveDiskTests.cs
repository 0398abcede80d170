using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Tests.Support;

namespace NebulaKeep.Agent.Tests.Journals;

public sealed class MoveDiskTests : IDisposable
{
    readonly HostFolder host = new();
    readonly MoveDisk disk;
    readonly string journal;

    public MoveDiskTests() => (disk, journal) = (new MoveDisk(host.Guard), $"{host.Root}/.nebulakeep/restore-1.journal");

    [Fact]
    public void Lines_come_back_in_order_and_only_the_owner_may_read_them()
    {
        disk.Read(journal).ShouldBeEmpty();
        disk.Append(journal, "one");
        disk.Append(journal, "two");

        disk.Read(journal).ShouldBe(["one", "two"]);
        File.GetUnixFileMode(journal).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Half_a_line_is_no_line_and_is_dropped_by_the_next()
    {
        disk.Append(journal, "one");
        File.AppendAllText(journal, "tw");

        disk.Read(journal).ShouldBe(["one"]);
        disk.Append(journal, "three");
        disk.Read(journal).ShouldBe(["one", "three"]);
    }

    [Fact]
    public void Renaming_replaces_nothing()
    {
        HostFolder.Write($"{host.Data}/a/f", "a");
        HostFolder.Write($"{host.Data}/b/f", "b");

        Should.Throw<IOException>(() => disk.Rename($"{host.Data}/a", $"{host.Data}/b"));
        disk.Rename($"{host.Data}/a", $"{host.Data}/c");

        File.ReadAllText($"{host.Data}/c/f").ShouldBe("a");
        File.ReadAllText($"{host.Data}/b/f").ShouldBe("b");
    }

    [Fact]
    public void Removing_nothing_is_no_error_and_a_link_is_removed_itself()
    {
        disk.Remove($"{host.Data}/none");
        disk.Remove($"{host.Data}/none/below");
        var link = HostFolder.Link($"{host.Data}/link", host.Outside);

        disk.Exists(link).ShouldBeTrue();
        disk.Remove(link);

        disk.Exists(link).ShouldBeFalse();
        File.Exists($"{host.Outside}/secret").ShouldBeTrue();
    }

    public void Dispose() => host.Dispose();
}
