using System.Runtime.CompilerServices;

namespace NebulaKeep.Kubernetes.Crds;

/// <summary>
/// A column of <c>kubectl get</c>, in the order written. The type is one of string, integer, number, boolean, date (shown as an age).
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath, [CallerLineNumber] int line = 0) : Attribute
{
    /// <summary>Heading; kubectl shows it in upper case.</summary>
    public string Name { get; } = name;

    /// <summary>How the value is shown.</summary>
    public string Type { get; } = type;

    /// <summary>Where the value is.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>Where the attribute stands: reflection promises no order.</summary>
    internal int Line { get; } = line;
}
