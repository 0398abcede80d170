using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary>What <c>--base</c> says.</summary>
/// <param name="Name">A backup; null: the newest complete one.</param>
sealed record BaseChoice(BackupName? Name)
{
    /// <summary>Parses a name or <c>latest</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static BaseChoice Parse(string text) => text == "latest" ? new BaseChoice(Name: null) : new BaseChoice(BackupName.Parse(text));
}
