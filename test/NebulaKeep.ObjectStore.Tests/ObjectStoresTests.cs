using Microsoft.Extensions.Logging.Abstractions;

namespace NebulaKeep.ObjectStore.Tests;

public sealed class ObjectStoresTests
{
    [Theory]
    [InlineData("local:///a/b/", "local:///a/b")]
    [InlineData("s3://bucket", "s3://bucket")]
    [InlineData("s3://bucket/a/b/", "s3://bucket/a/b")]
    [InlineData("gs://bucket", "gs://bucket")]
    [InlineData("gs://bucket/a/b/", "gs://bucket/a/b")]
    public async Task The_location_is_the_normal_form_of_the_URI(string uri, string location)
    {
        await using var store = Open(uri);
        store.Location.ShouldBe(location);
    }

    static IObjectStore Open(string uri) => ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse(uri) }, NullLoggerFactory.Instance, TimeProvider.System);
}
