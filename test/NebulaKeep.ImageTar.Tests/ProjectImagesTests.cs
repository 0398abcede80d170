using NebulaKeep.Testing;

namespace NebulaKeep.ImageTar.Tests;

/// <summary>The descriptions of this project's images, and that manifests, script and descriptions name the same.</summary>
public sealed class ProjectImagesTests
{
    static readonly string Folder = RepositoryRoot.Join("deploy", "images");

    public static TheoryData<string> Images => new(Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension)!);

    // The daemons' files are root's in NebulaGraph's own images, and an agent works on them (docs/design/0015-images.md).
    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_runs_as_a_number_that_is_root_only_where_daemons_and_their_files_are(string image)
    {
        var spec = ImageSpec.Read(Path.Join(Folder, image + ".json"));
        spec.User.Split(':').Select(int.Parse).ShouldAllBe(id => id == 0 == (image == "nebula-agent" || image == "nebula-dev"));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_starts_a_program_that_the_script_puts_there(string image)
    {
        var spec = ImageSpec.Read(Path.Join(Folder, image + ".json"));
        File.ReadLines(Path.Join(Folder, "build")).ShouldContain(line => line.Contains("program \"$folder\"") && line.Split(' ').Contains(spec.Entrypoint.Single()));
    }

    [Fact]
    public void Manifests_name_images_that_are_built()
    {
        var version = System.Xml.Linq.XDocument.Load(RepositoryRoot.Join("Directory.Build.props")).Descendants("Version").Single().Value;
        var built = Directory.GetFiles(Folder, "*.json").Select(file => $"image: nebulakeep/{Path.GetFileNameWithoutExtension(file)}:{version}").ToList();
        var named = Directory.EnumerateFiles(RepositoryRoot.Join("deploy"), "*.yaml", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).Select(line => line.Trim()).Where(line => line.StartsWith("image: nebulakeep/", StringComparison.Ordinal)).ToList();
        named.ShouldNotBeEmpty();
        named.ShouldBeSubsetOf(built);
    }
}
