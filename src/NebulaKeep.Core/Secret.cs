using System.Diagnostics;

namespace NebulaKeep.Core;

/// <summary>
/// A value that must never be seen: <see cref="ToString"/> and the debugger show stars. Only the code that signs or
/// sends it calls <see cref="Reveal"/>.
/// </summary>
[DebuggerDisplay("***")]
public sealed class Secret : IEquatable<Secret>
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly string value;

    /// <summary>Wraps a value.</summary>
    public Secret(string value) => this.value = value;

    /// <summary>Null for an absent or empty value.</summary>
    public static Secret? FromOptional(string? value) => string.IsNullOrEmpty(value) ? null : new Secret(value);

    /// <summary>The value itself.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && string.Equals(value, other.value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(value);

    /// <summary>Always stars.</summary>
    public override string ToString() => "***";
}
