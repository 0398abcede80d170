using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Nebula.Tests.Meta;

public sealed class BackupMetaFileTests
{
    static readonly byte[] Good = BackupMetaFile.Write(new BackupMeta { BackupName = "BACKUP_2026_01_02_03_04_05",
        MetaFiles = ["__parts__.sst"] });

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        for (var length = 0; length < Good.Length; length++)
            Should.Throw<ThriftProtocolException>(() => BackupMetaFile.Read(Good.AsMemory(0, length)));
    }

    [Fact]
    public void Bytes_behind_the_end_are_refused()
    {
        byte[] longer = [.. Good, 0];
        Should.Throw<ThriftProtocolException>(() => BackupMetaFile.Read(longer));

        longer[3]++;
        Should.Throw<ThriftProtocolException>(() => BackupMetaFile.Read(longer)).Message.ShouldContain("behind the end");
    }

    [Fact]
    public void A_field_of_a_later_version_is_skipped()
    {
        byte[] later = [.. Good[..^1], (byte)ThriftType.I32, 0, 100, 0, 0, 0, 7, 0];
        later[3] += 7;

        BackupMetaFile.Read(later).ShouldBe(BackupMetaFile.Read(Good));
    }
}
