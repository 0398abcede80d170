using System.Text;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Tests.Manifests;

public sealed class DocumentationTests
{
    [Fact]
    public async Task The_example_in_the_specification_is_a_valid_manifest()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "backup.md"));
        var start = page.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
        var example = page[start..page.IndexOf("```", start, StringComparison.Ordinal)];

        var manifest = ManifestJson.Parse(Encoding.UTF8.GetBytes(example), BackupName.Parse("BACKUP_2026_11_22_08_05_13"));

        manifest.Files.ShouldHaveSingleItem().Crc32C.ShouldBe("0badcafe");
    }

    [Fact]
    public async Task The_specification_names_every_field_that_is_written()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "backup.md"));
        var written = ManifestJson.Serialize(ManifestSamples.With(ManifestSamples.File("meta/x") with { Size = 1 }));
        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new System.Text.Json.Utf8JsonReader(written);
        while (reader.Read())
            if (reader.TokenType == System.Text.Json.JsonTokenType.PropertyName)
                names.Add(reader.GetString()!);

        names.ShouldAllBe(name => page.Contains($"`{name}`"));
    }
}
