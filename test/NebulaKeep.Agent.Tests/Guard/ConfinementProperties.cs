using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Agent.Transfer;

namespace NebulaKeep.Agent.Tests.Guard;

/// <summary>Whatever text a request holds, no path leads outside. The oracle resolves links by itself, name by name.</summary>
public sealed class ConfinementProperties : IDisposable
{
    readonly HostFolder host = new();
    readonly HashSet<ulong> inside = [];

    public ConfinementProperties()
    {
        foreach (var name in new[] { "a/f", "f" }) inside.Add(Posix.Stat(HostFolder.Write($"{host.Data}/{name}", "inside"))!.Value.Inode);
        HostFolder.Write($"{host.Path}/data2/f", "outside");
        HostFolder.Write($"{host.Root}/f", "outside");
        HostFolder.Link($"{host.Data}/out", host.Outside);
        HostFolder.Link($"{host.Data}/a/up", "../..");
        HostFolder.Link($"{host.Data}/a/flink", $"{host.Outside}/secret");
        HostFolder.Link($"{host.Data}/loop", "loop");
    }

    [Fact]
    public void No_request_path_ever_leads_outside() =>
        Prop.ForAll(Paths().ToArbitrary(), path => Checks(host.Guard).All(check => Answer(() => check(path)) is not { } allowed || IsInside(allowed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void No_path_is_read_through_a_link_even_if_nobody_checked_it() =>
        Prop.ForAll(Paths().ToArbitrary(), path => Opened(path) is not { } inode || inside.Contains(inode)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void No_relative_name_leads_out_of_its_directory() =>
        Prop.ForAll(Names().ToArbitrary(), name => Answer(() => PathRules.Below(host.Data, name)) is not { } below || below.StartsWith(host.Data + "/", StringComparison.Ordinal) || below == host.Data)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_generator_finds_paths_that_are_allowed_too()
    {
        var paths = Gen.Sample(Paths(), 2000);
        paths.Count(path => Answer(() => host.Guard.Data(path)) is not null).ShouldBeGreaterThan(50);
        paths.Count(path => Opened(path) is not null).ShouldBeGreaterThan(5);
    }

    public void Dispose() => host.Dispose();

    static IEnumerable<Func<string, string>> Checks(DirectoryGuard guard) => [guard.Data, guard.BelowData, guard.Movable, guard.Readable, guard.Root, guard.Store];

    static string? Answer(Func<string> check)
    {
        try
        {
            return check();
        }
        catch (AgentFailureException)
        {
            return null;
        }
    }

    static Gen<string> Names() =>
        Gen.Elements("a", "a", "f", "f", "up", "out", "out/secret", "a/up/outside/secret", "a/flink", "loop", "..", ".", "", "secret", "data", "outside", "data2", "x\0", "cluster.id")
            .ArrayOf().Resize(3).Select(names => string.Join('/', names));

    Gen<string> Paths() =>
        from start in Gen.Elements(host.Data, host.Data, host.Data, host.Root, host.Store, host.Path, "", "/")
        from names in Names()
        from end in Gen.Elements("", "", "/", "/..", "\n")
        select (names.Length == 0 ? start : $"{start}/{names}") + end;

    /// <summary>Which file a path was opened as.</summary>
    ulong? Opened(string path)
    {
        try
        {
            using var stream = SnapshotStream.Open(host.Guard, path, _ => { });
            return stream.Stat.Inode;
        }
        catch (Exception e) when (e is AgentFailureException or IOException)
        {
            return null;
        }
    }

    bool IsInside(string path)
    {
        var real = Resolve(path, 0);
        return new[] { host.Data, host.Root, host.Store }.Any(directory => real == directory || real.StartsWith(directory + "/", StringComparison.Ordinal));
    }

    static string Resolve(string path, int depth)
    {
        if (depth > 20) return "/loop";
        var real = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = name switch { "." => real, ".." => Path.GetDirectoryName(real) ?? "", _ => $"{real}/{name}" };
            if (new FileInfo(real).LinkTarget is { } target) real = Resolve(target.StartsWith('/') ? target : $"{Path.GetDirectoryName(real)}/{target}", depth + 1);
        }

        return real;
    }
}
