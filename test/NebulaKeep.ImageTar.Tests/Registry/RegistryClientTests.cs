using System.Security.Cryptography;
using NebulaKeep.ImageTar.Registry;
using NebulaKeep.Testing;

namespace NebulaKeep.ImageTar.Tests.Registry;

public sealed class RegistryClientTests : IDisposable
{
    static readonly ImageName Name = ImageName.Parse($"{FakeRegistry.Host}/team/tool:v1");
    readonly TemporaryFolder folder = new();
    readonly string digest;

    public RegistryClientTests()
    {
        folder.Write("one/a", "first layer");
        folder.Write("two/b", "second layer");
        digest = ImageArchive.Write(new ImageSpec { User = "1:1", Entrypoint = ["/x"] }, Name, [folder.File("one"), folder.File("two"), folder.File("one")], folder.File("image.tar"));
    }

    [Fact]
    public async Task Blobs_and_manifest_arrive_as_they_are_in_the_archive()
    {
        using var registry = new FakeRegistry();

        await PushAsync(registry);

        registry.Uploads.ShouldBe(3, "two different layers and the configuration");
        var (bytes, type) = registry.Manifests["v1"];
        type.ShouldBe("application/vnd.oci.image.manifest.v1+json");
        ("sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes))).ShouldBe(digest);
    }

    [Fact]
    public async Task What_is_there_is_not_sent_again()
    {
        using var registry = new FakeRegistry();
        await PushAsync(registry);
        registry.Blobs.Remove(registry.Blobs.Keys.First());

        await PushAsync(registry);

        registry.Uploads.ShouldBe(4);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://auth.example/token")]
    public async Task A_login_is_shown_to_who_asks_for_it(string? tokenService)
    {
        using var registry = new FakeRegistry { Login = "me:secret", TokenService = tokenService is null ? null : new Uri(tokenService) };

        await PushAsync(registry, new RegistryLogin("me", "secret"));

        registry.Manifests.ShouldContainKey("v1");
    }

    [Theory]
    [InlineData(null, "401")]
    [InlineData("https://auth.example/token", "403")]
    public async Task A_wrong_password_is_an_error_that_does_not_tell_it(string? tokenService, string status)
    {
        using var registry = new FakeRegistry { Login = "me:right", TokenService = tokenService is null ? null : new Uri(tokenService) };

        var error = await Should.ThrowAsync<HttpRequestException>(PushAsync(registry, new RegistryLogin("me", "wr0ng")));

        error.Message.ShouldContain(status);
        error.ToString().ShouldNotContain("wr0ng");
        new RegistryLogin("me", "wr0ng").ToString().ShouldNotContain("wr0ng");
    }

    [Fact]
    public async Task A_store_that_uploads_are_led_to_sees_no_login()
    {
        using var registry = new FakeRegistry { Login = "me:secret", UploadTo = "https://store.example/upload/1?state=x" };

        await PushAsync(registry, new RegistryLogin("me", "secret"));

        registry.Manifests.ShouldContainKey("v1");
        registry.ShownTo.ShouldBe([FakeRegistry.Host]);
    }

    [Fact]
    public async Task A_login_is_not_shown_without_TLS_because_a_registry_says_so()
    {
        using var registry = new FakeRegistry { Login = "me:secret", TokenService = new Uri("http://auth.example/token") };

        await Should.ThrowAsync<HttpRequestException>(PushAsync(registry, new RegistryLogin("me", "secret")));

        registry.ShownTo.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no tar")]
    public void What_is_no_image_archive_is_refused(string content) =>
        Should.Throw<InvalidDataException>(() => ImageLayout.Open(folder.Write("other.tar", content))).Message.ShouldContain("other.tar");

    public void Dispose() => folder.Dispose();

    async Task PushAsync(FakeRegistry registry, RegistryLogin? login = null)
    {
        using var image = ImageLayout.Open(folder.File("image.tar"));
        using var http = new HttpClient(registry, disposeHandler: false);
        await new RegistryClient(http, Name, login, "https").PushAsync(image, TestContext.Current.CancellationToken);
    }
}
