using NebulaKeep.Core;

namespace NebulaKeep.Core.Tests;

public sealed class BackupNameTests
{
    [Fact]
    public void A_name_is_made_from_local_time_as_metad_makes_it()
    {
        var local = new DateTimeOffset(2026, 11, 22, 8, 5, 13, TimeSpan.FromHours(8));

        BackupName.At(local).Value.ShouldBe("BACKUP_2026_11_22_08_05_13");
    }

    [Theory]
    [InlineData("BACKUP_2026_11_22_08_05_13")]
    [InlineData("BACKUP_1999_12_31_23_59_59")]
    public void A_real_name_is_accepted(string text) => BackupName.Parse(text).ToString().ShouldBe(text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("BACKUP_")]
    [InlineData("BACKUP_2026_13_22_08_05_13")]
    [InlineData("BACKUP_2026_11_22_08_05_13/..")]
    [InlineData("../BACKUP_2026_11_22_08_05_13")]
    [InlineData("backup_2026_11_22_08_05_13")]
    [InlineData("BACKUP_2026_11_22_08_05_13 ")]
    [InlineData("SNAPSHOT_2026_11_22_08_05_13")]
    public void Anything_else_is_refused(string? text) => BackupName.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Names_are_ordered_by_time()
    {
        var earlier = BackupName.Parse("BACKUP_2026_11_22_08_05_13");
        var later = BackupName.Parse("BACKUP_2026_11_22_08_05_14");

        (earlier < later).ShouldBeTrue();
        (later >= earlier).ShouldBeTrue();
    }
}
