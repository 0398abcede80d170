using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Tests.Manifests;

public sealed class ManifestJsonTests
{
    static readonly BackupName Name = BackupName.Parse(ManifestSamples.Name);

    [Fact]
    public void Any_manifest_comes_back_as_it_was_and_gives_the_same_bytes_again() =>
        Prop.ForAll(Manifests().ToArbitrary(), manifest =>
        {
            var bytes = ManifestJson.Serialize(manifest);
            var again = ManifestJson.Serialize(ManifestJson.Parse(bytes, Name));
            return bytes.AsSpan().SequenceEqual(again);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_file_keeps_all_that_is_known_of_it()
    {
        var file = ManifestSamples.File("data/n1:9779/data0/1/data/000009.sst");

        ManifestJson.Parse(ManifestJson.Serialize(ManifestSamples.With(file)), Name).Files.ShouldBe([file]);
    }

    [Fact]
    public void A_newer_format_is_refused_by_its_number_whatever_else_changed()
    {
        var failure = Should.Throw<ManifestException>(() => Parse("""{"formatVersion": 2, "name": {"new": true}}"""));

        failure.Message.ShouldContain("format 2");
        failure.Message.ShouldContain("newer version");
    }

    [Fact]
    public void Fields_that_a_later_version_adds_are_skipped()
    {
        var text = Encoding.UTF8.GetString(ManifestJson.Serialize(ManifestSamples.Empty));
        var later = text[..text.IndexOf(",\n  \"checksum\"", StringComparison.Ordinal)].Replace("\"createdBy\"", "\"added\": [1, {\"a\": 2}],\n  \"createdBy\"", StringComparison.Ordinal) + "\n}";

        ManifestJson.Parse(ManifestSeal.Seal(Encoding.UTF8.GetBytes(later)), Name).CreatedBy.ShouldBe("test");
    }

    [Fact]
    public void A_changed_bit_anywhere_is_refused()
    {
        var bytes = ManifestJson.Serialize(ManifestSamples.With(ManifestSamples.File("meta/__index__.sst")));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Should.Throw<ManifestException>(() => ManifestJson.Parse(bytes, Name), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        ManifestJson.Parse(bytes, Name).Name.ShouldBe(ManifestSamples.Name);
    }

    [Fact]
    public void A_manifest_without_checksum_is_refused()
    {
        var text = Encoding.UTF8.GetString(ManifestJson.Serialize(ManifestSamples.Empty));

        Should.Throw<ManifestException>(() => Parse(text[..text.IndexOf(",\n  \"checksum\"", StringComparison.Ordinal)] + "\n}\n")).Message.ShouldContain("checksum");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"formatVersion": 0}""")]
    [InlineData("""{"formatVersion": 1}""")]
    [InlineData("""{"formatVersion": "1"}""")]
    [InlineData("""{"formatVersion": 1""")]
    public void What_is_no_manifest_is_refused(string json) => Should.Throw<ManifestException>(() => Parse(json));

    [Fact]
    public void A_changed_or_cut_byte_gives_a_manifest_or_a_typed_failure()
    {
        var bytes = ManifestJson.Serialize(ManifestSamples.With(ManifestSamples.File("meta/__index__.sst")));
        Prop.ForAll<int, byte, bool>((position, value, cut) =>
        {
            var at = (int)((uint)position % (uint)bytes.Length);
            var changed = cut ? bytes[..at] : [.. bytes];
            if (!cut) changed[at] = value;
            return Record.Exception(() => ManifestJson.Parse(changed, Name)) is null or ManifestException;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    static BackupManifest Parse(string json) => ManifestJson.Parse(Encoding.UTF8.GetBytes(json), Name);

    static Gen<BackupManifest> Manifests() =>
        from count in Gen.Choose(0, 20)
        from sizes in Gen.Choose(0, int.MaxValue).ListOf(count)
        from inodes in ArbMap.Default.GeneratorFor<ulong>().ListOf(count)
        from spaceName in ArbMap.Default.GeneratorFor<NonEmptyString>()
        from blocked in Gen.Choose(0, 1_000_000)
        from incremental in ArbMap.Default.GeneratorFor<bool>()
        let files = sizes.Select((size, i) => ManifestSamples.File($"data/n1:9779/data0/1/data/{i:000000}.sst", size) with { Inode = inodes[i], In = incremental && i % 3 == 0 ? "BACKUP_2026_11_21_08_05_13" : null })
        select Build([.. files], spaceName.Get.Replace('\0', '_'), blocked, incremental);

    static BackupManifest Build(ManifestFile[] files, string spaceName, int blocked, bool incremental)
    {
        var manifest = ManifestSamples.With(files) with { WritesBlocked = new ManifestBlocking(blocked, blocked % 2 == 0 ? blocked / 2 : null) };
        manifest = manifest with { Spaces = [manifest.Spaces[0] with { Name = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(spaceName)) }] };
        return incremental ? manifest with { Type = BackupType.Incremental, Mode = "share", Base = "BACKUP_2026_11_21_08_05_13", Chain = ["BACKUP_2026_11_21_08_05_13"] } : manifest;
    }
}
