using System.CommandLine;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Options;

/// <summary>The name of a backup as a flag.</summary>
static class NameOptions
{
    /// <summary>A command can be about one backup.</summary>
    public static Option<BackupName?> Optional(string description) =>
        new("--name") { Description = description, CustomParser = Parsers.By<BackupName?>(text => BackupName.Parse(text)) };
}
