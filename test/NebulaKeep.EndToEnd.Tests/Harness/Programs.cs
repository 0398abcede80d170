namespace NebulaKeep.EndToEnd.Tests.Harness;

/// <summary>Where the build put the programs that a user would run.</summary>
static class Programs
{
    static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
    static readonly string Bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    public static string Br => Find("NebulaKeep.Br", "br-ent");

    public static string Agent => Find("NebulaKeep.Agent", "agent");

    public static string Certs => Find("NebulaKeep.Certs", "nebula-certs");

    public static string Dev => Find("NebulaKeep.Dev", "nebula-dev");

    static string Find(string project, string program)
    {
        var path = Path.Combine(Bin, project, Configuration, program);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built: run 'dotnet build NebulaKeep.slnx' first.", path);
    }
}
