namespace NebulaKeep.Operator.Shared;

/// <summary>Arguments of a container.</summary>
static class ArgumentText
{
    /// <summary>
    /// The text as it is. The kubelet replaces <c>$(NAME)</c> by the container's environment, where the credentials are: a bucket of that
    /// name would show them in the process list.
    /// </summary>
    public static string Literal(string text) => text.Replace("$(", "$$(", StringComparison.Ordinal);
}
