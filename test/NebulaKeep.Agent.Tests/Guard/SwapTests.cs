using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Agent.Transfer;

namespace NebulaKeep.Agent.Tests.Guard;

/// <summary>A directory that is swapped for a link after the guard looked, and before or while it is used.</summary>
public sealed class SwapTests : IDisposable
{
    readonly HostFolder host = new();

    [Fact]
    public void Between_check_and_use_the_path_is_refused()
    {
        var path = host.Guard.Data(HostFolder.Write($"{host.Data}/a/b/secret", "inside"));
        host.SwapForLink($"{host.Data}/a/b");

        ((Func<object?>)(() => SnapshotStream.Open(host.Guard, path, _ => { }))).ShouldBeRefused().Message.ShouldContain($"'{host.Data}/a/b' is a symbolic link");
        ((Func<object?>)(() => FileLister.List(host.Guard, Path.GetDirectoryName(path)!).ToList())).ShouldBeRefused();
    }

    [Fact]
    public void While_it_is_held_the_path_means_what_it_meant()
    {
        using var held = host.Guard.Hold(HostFolder.Write($"{host.Data}/a/b/secret", "inside"))!;
        host.SwapForLink($"{host.Data}/a/b");
        host.SwapForLink($"{host.Data}/a");

        held.Use(File.ReadAllText).ShouldBe("inside");
    }

    [Fact]
    public void A_last_name_that_becomes_a_link_is_not_opened()
    {
        var path = host.Guard.Data(HostFolder.Write($"{host.Data}/f", "inside"));
        File.Delete(path);
        HostFolder.Link(path, $"{host.Outside}/secret");

        ((Func<object?>)(() => SnapshotStream.Open(host.Guard, path, _ => { }))).ShouldBeRefused();
    }

    [Fact]
    public void Nothing_is_removed_or_renamed_through_a_link()
    {
        var disk = new MoveDisk(host.Guard);
        var path = host.Guard.Movable(HostFolder.Write($"{host.Data}/a/secret", "inside"));
        host.SwapForLink($"{host.Data}/a");

        ((Func<object?>)(() => Done(() => disk.Remove(path)))).ShouldBeRefused();
        ((Func<object?>)(() => Done(() => disk.Rename(path, $"{host.Data}/taken")))).ShouldBeRefused();
        File.ReadAllText($"{host.Outside}/secret").ShouldBe("outside");
    }

    [Fact]
    public void Removing_a_tree_removes_its_links_and_not_what_they_point_to()
    {
        HostFolder.Write($"{host.Data}/tree/a/b/f", "inside");
        HostFolder.Link($"{host.Data}/tree/a/out", host.Outside);
        HostFolder.Link($"{host.Data}/tree/a/b/file", $"{host.Outside}/secret");

        new MoveDisk(host.Guard).Remove($"{host.Data}/tree");

        Directory.Exists($"{host.Data}/tree").ShouldBeFalse();
        File.ReadAllText($"{host.Outside}/secret").ShouldBe("outside");
    }

    [Fact]
    public void A_journal_folder_that_is_a_link_is_not_used()
    {
        HostFolder.Link($"{host.Root}/{Journal.Folder}", host.Outside);
        var disk = new MoveDisk(host.Guard);

        ((Func<object?>)(() => Done(() => disk.Append($"{host.Root}/{Journal.Folder}/restore-1.journal", "line")))).ShouldBeRefused();
        Directory.GetFiles(host.Outside).ShouldBe([$"{host.Outside}/secret"]);
    }

    [Fact]
    public void Failures_name_the_path_and_not_how_it_is_reached()
    {
        HostFolder.Write($"{host.Data}/a/f", "inside");
        HostFolder.Write($"{host.Data}/b/f", "inside");

        var failure = Should.Throw<IOException>(() => new MoveDisk(host.Guard).Rename($"{host.Data}/a/f", $"{host.Data}/b/f"));

        failure.Message.ShouldContain($"{host.Data}/a/f");
        failure.Message.ShouldContain($"{host.Data}/b/f");
        failure.Message.ShouldNotContain("/proc/");
        (failure.HResult & 0xffff).ShouldBe(17);
    }

    public void Dispose() => host.Dispose();

    static object? Done(Action action)
    {
        action();
        return null;
    }
}
