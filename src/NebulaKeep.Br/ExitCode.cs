namespace NebulaKeep.Br;

/// <summary>What the program's exit code says; part of its contract.</summary>
static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Interrupted = 130;
}
