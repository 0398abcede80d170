using System.CommandLine;
using NebulaKeep.Core;

namespace NebulaKeep.Dev.Tools;

/// <summary>The sub-commands of nebula-dev that are no daemons.</summary>
static class ToolProgram
{
    static readonly string[] Names = ["layout", "load", "ngql", "digest"];

    /// <summary>True where the first argument names a tool.</summary>
    public static bool IsTool(string[] arguments) => arguments.Length > 0 && Names.Contains(arguments[0]);

    /// <summary>The tools with their flags.</summary>
    internal static RootCommand Root() => new("Tools for demos and tests.") { LayoutCommand.Create(), LoadCommand.Create(), NgqlCommand.Create(), DigestCommand.Create() };

    /// <summary>Runs a tool.</summary>
    /// <returns>0 done, 1 failed, 2 the command line cannot be used.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Root().Parse(arguments);
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"nebula-dev: {error.Message}");
        if (parsed.Errors.Count > 0) return 2;
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, CancellationToken.None);
        }
        catch (Exception e) when (e is NebulaKeepException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"nebula-dev: {e.Message}");
            return 1;
        }
    }
}
