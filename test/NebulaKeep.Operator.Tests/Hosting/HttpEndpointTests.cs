using Microsoft.AspNetCore.Http;
using NebulaKeep.Core;
using NebulaKeep.Operator.Hosting;

namespace NebulaKeep.Operator.Tests.Hosting;

public sealed class HttpEndpointTests
{
    static readonly RequestDelegate Hello = context => context.Response.WriteAsync("hello");

    [Fact]
    public async Task It_answers_where_it_says()
    {
        await using var endpoint = await HttpEndpoint.StartAsync("--x", "127.0.0.1:0", Hello, CancellationToken.None);
        using var http = new HttpClient();

        (await http.GetStringAsync(new Uri($"http://127.0.0.1:{endpoint.Port}/"))).ShouldBe("hello");
    }

    [Fact]
    public async Task Zero_turns_it_off()
    {
        await using var endpoint = await HttpEndpoint.StartAsync("--x", "0", Hello, CancellationToken.None);

        endpoint.Port.ShouldBe(0);
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("nohost:8080")]
    [InlineData(":99999")]
    public async Task A_wrong_address_is_named_with_its_flag(string address)
    {
        var error = await Should.ThrowAsync<NebulaKeepException>(() => HttpEndpoint.StartAsync("--x", address, Hello, CancellationToken.None));

        error.Message.ShouldContain("--x");
        error.Message.ShouldContain(address);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named()
    {
        await using var first = await HttpEndpoint.StartAsync("--x", "127.0.0.1:0", Hello, CancellationToken.None);

        var error = await Should.ThrowAsync<NebulaKeepException>(() => HttpEndpoint.StartAsync("--x", $"127.0.0.1:{first.Port}", Hello, CancellationToken.None));

        error.Message.ShouldContain($"127.0.0.1:{first.Port}");
    }
}
