using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Tests.S3;

public sealed class S3SettingsTests
{
    [Fact]
    public void Keys_that_come_from_a_file_lose_its_line_end()
    {
        var settings = new S3Settings { AccessKey = "key\n", SecretKey = new Secret(" secret\r\n"), SessionToken = new Secret("token\n") };

        settings.AccessKey.ShouldBe("key");
        settings.SecretKey!.Reveal().ShouldBe("secret");
        settings.SessionToken!.Reveal().ShouldBe("token");
    }

    [Fact]
    public void Blanks_alone_are_no_key()
    {
        var settings = new S3Settings { AccessKey = "\n", SecretKey = new Secret("\n") };

        settings.AccessKey.ShouldBeNull();
        settings.SecretKey.ShouldBeNull();
    }
}
