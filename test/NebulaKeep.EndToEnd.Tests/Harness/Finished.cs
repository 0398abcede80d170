namespace NebulaKeep.EndToEnd.Tests.Harness;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Errors">All of its standard error.</param>
sealed record Finished(int ExitCode, string Output, string Errors)
{
    /// <summary>The same, after checking that it went well.</summary>
    public Finished ShouldSucceed()
    {
        ExitCode.ShouldBe(0, $"{Output}\n{Errors}");
        return this;
    }

    /// <summary>Both outputs, for searching.</summary>
    public string All => $"{Output}\n{Errors}";
}
