using System.CommandLine;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources;

namespace NebulaKeep.Operator;

/// <summary><c>nebula-operator crds FOLDER</c>: writes the custom resource definitions, one file for each kind.</summary>
static class CrdsCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Where the files go" };
        var command = new Command("crds", "Writes the custom resource definitions") { folder };
        command.SetAction((parsed, cancellation) => WriteAsync(parsed.GetRequiredValue(folder), cancellation));
        return command;
    }

    static async Task WriteAsync(DirectoryInfo folder, CancellationToken cancellation)
    {
        folder.Create();
        foreach (var type in CustomResources.All)
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, CrdGenerator.FileName(type)), CrdGenerator.Yaml(type), cancellation);
    }
}
