using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Tests.Manifests;

public sealed class ManifestRulesTests
{
    static readonly BackupName Name = BackupName.Parse(ManifestSamples.Name);
    const string Other = "BACKUP_2026_11_21_08_05_13";

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../BACKUP_2026_11_21_08_05_13/manifest.json")]
    [InlineData("data/../../x")]
    [InlineData("data/./x")]
    [InlineData("data//x")]
    [InlineData("data/")]
    [InlineData("data")]
    [InlineData("manifest.json")]
    [InlineData("meta/a\\b")]
    [InlineData("meta/a\nb")]
    public void A_path_that_could_leave_its_place_is_refused(string path) =>
        Should.Throw<ManifestException>(() => ManifestRules.Check(ManifestSamples.With(ManifestSamples.File(path)), Name)).Message.ShouldContain("unsafe path");

    [Fact]
    public void A_manifest_belongs_into_the_directory_it_names() =>
        Refused(ManifestSamples.Empty with { Name = Other });

    [Fact]
    public void A_full_backup_has_no_base() =>
        Refused(ManifestSamples.Empty with { Base = Other, Chain = [Other] });

    [Fact]
    public void An_incremental_has_a_base_in_its_chain_and_a_mode()
    {
        Refused(ManifestSamples.Empty with { Type = BackupType.Incremental, Mode = "share" });
        Refused(ManifestSamples.Empty with { Type = BackupType.Incremental, Mode = "share", Base = Other });
        Refused(ManifestSamples.Empty with { Type = BackupType.Incremental, Mode = "other", Base = Other, Chain = [Other] });
        Refused(ManifestSamples.Empty with { Type = BackupType.Incremental, Mode = "share", Base = "elsewhere", Chain = ["elsewhere"] });
    }

    [Fact]
    public void A_file_comes_from_this_backup_or_its_chain() =>
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x") with { In = Other }));

    [Fact]
    public void A_place_elsewhere_is_below_meta_or_data() =>
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x") with { At = "manifest.json" }));

    [Theory]
    [InlineData("../meta/y")]
    [InlineData("/etc/passwd")]
    public void A_place_elsewhere_cannot_leave_the_backup(string place) =>
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x") with { At = place }));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 4)]
    public void A_log_counts_upwards_from_one(long first, long last) =>
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x") with { Log = new LogRange(first, 1, last, 1) }));

    [Fact]
    public void Nothing_is_listed_twice()
    {
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x"), ManifestSamples.File("meta/x")));
        Refused(ManifestSamples.Empty with { Hosts = [ManifestSamples.Empty.Hosts[0], ManifestSamples.Empty.Hosts[0]] });
        Refused(ManifestSamples.Empty with { Spaces = [ManifestSamples.Empty.Spaces[0], ManifestSamples.Empty.Spaces[0]] });
    }

    [Fact]
    public void Totals_are_the_sums()
    {
        var manifest = ManifestSamples.With(ManifestSamples.File("meta/x"));
        Refused(manifest with { Totals = manifest.Totals with { Files = 2 } });
        Refused(manifest with { Totals = manifest.Totals with { Bytes = 4 } });
        Refused(manifest with { Totals = manifest.Totals with { OwnBytes = 4 } });
    }

    [Fact]
    public void Digests_are_whole()
    {
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x") with { Sha256 = "abc" }));
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x") with { Sha256 = new string('A', 64) }));
        Refused(ManifestSamples.With(ManifestSamples.File("meta/x") with { Crc32C = "" }));
    }

    [Fact]
    public void Directories_of_hosts_are_absolute_and_clean()
    {
        var host = ManifestSamples.Empty.Hosts[0];
        Refused(ManifestSamples.Empty with { Hosts = [host with { DataPaths = ["relative"] }] });
        Refused(ManifestSamples.Empty with { Hosts = [host with { DataPaths = ["/a/../b"] }] });
        Refused(ManifestSamples.Empty with { Hosts = [host with { Checkpoints = [host.Checkpoints[0] with { DataPath = "/elsewhere" }] }] });
        Refused(ManifestSamples.Empty with { Hosts = [host with { Checkpoints = [host.Checkpoints[0] with { Directory = "data00" }] }] });
    }

    static void Refused(BackupManifest manifest) => Should.Throw<ManifestException>(() => ManifestRules.Check(manifest, Name));
}
