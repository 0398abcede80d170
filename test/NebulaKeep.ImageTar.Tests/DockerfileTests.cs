using System.Text.Json;
using NebulaKeep.Testing;

namespace NebulaKeep.ImageTar.Tests;

/// <summary>The Dockerfile makes the same images as the script: it cannot be built without an engine, and is compared instead.</summary>
public sealed class DockerfileTests
{
    static readonly string Folder = RepositoryRoot.Join("deploy", "images");
    static readonly Dictionary<string, DockerStage> Stages = DockerStage.Read(File.ReadAllText(Path.Join(Folder, "Dockerfile")));

    public static TheoryData<string> Images => new(Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension)!);

    [Theory]
    [MemberData(nameof(Images))]
    public void A_target_says_what_the_images_description_says(string image)
    {
        var spec = ImageSpec.Read(Path.Join(Folder, image + ".json"));
        var stage = Stages[image];

        stage.Last("USER").ShouldBe(spec.User);
        Words(stage.Last("ENTRYPOINT")).ShouldBe(spec.Entrypoint);
        Words(stage.Last("CMD")).ShouldBe(spec.Command);
        stage.Last("WORKDIR").ShouldBe(spec.WorkingDirectory);
        stage.Pairs("ENV").ShouldBe(spec.Environment, ignoreOrder: true);
        stage.Pairs("LABEL").ShouldBe(spec.Labels, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void A_target_has_the_program_under_the_names_that_the_script_gives_it(string image)
    {
        var spec = ImageSpec.Read(Path.Join(Folder, image + ".json"));
        var script = File.ReadLines(Path.Join(Folder, "build")).Single(line => line.Contains("program \"$folder\"") && line.Split(' ').Contains(spec.Entrypoint.Single()));
        var words = script[script.IndexOf("program \"$folder\"", StringComparison.Ordinal)..].TrimEnd(' ', ';').Replace("$nebula", "/usr/local/nebula").Split(' ');
        var (project, file, names) = (words[2], words[3], words[4..]);

        Stages["build"].Text.ShouldContain($"dotnet publish src/NebulaKeep.{project} $PUBLISH -o /out/{file}");
        Stages[image].Text.ShouldContain($"COPY --from=build /out/{file} /usr/local/lib/nebulakeep/{file}");
        foreach (var name in names) Stages[image].Text.ShouldContain($"ln -s /usr/local/lib/nebulakeep/{file}/{file} {name}");
    }

    /// <summary>What debian:12-slim has already, or apt brings along, is not named.</summary>
    [Fact]
    public void The_packages_are_those_of_the_script()
    {
        string[] there = ["base-files", "gcc-12-base", "libc6", "libgcc-s1", "busybox-static"];
        foreach (var package in Packages("base_packages").Except(there)) Stages["base"].Text.ShouldContain($" {package} ");
        Packages("rocksdb_packages").ShouldContain("librocksdb7.8");
        Stages["rocksdb"].Text.ShouldContain(" librocksdb7.8 ");
        foreach (var image in new[] { "br-ent", "nebula-dev" }) Stages[image].Text.ShouldContain("librocksdb7.8");
    }

    static string[] Packages(string name) =>
        File.ReadLines(Path.Join(Folder, "build")).Single(line => line.StartsWith(name + "=(", StringComparison.Ordinal))[(name.Length + 2)..^1].Split(' ');

    static string[] Words(string? json) => json is null ? [] : JsonSerializer.Deserialize<string[]>(json)!;
}
