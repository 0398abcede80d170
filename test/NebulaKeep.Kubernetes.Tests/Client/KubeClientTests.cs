using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Fakes;

namespace NebulaKeep.Kubernetes.Tests.Client;

public sealed class KubeClientTests : IAsyncLifetime
{
    static readonly CancellationToken Never = CancellationToken.None;
    static readonly NamespacedName One = new("default", "one");
    FakeApiServer server = null!;

    public async ValueTask InitializeAsync() => server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_list_is_read_in_pages_and_its_items_get_their_kind()
    {
        for (var n = 0; n < 25; n++)
        {
            var item = TestObjects.ConfigMap($"c{n}");
            item.Remove("kind");
            item.Remove("apiVersion");
            server.Store.Put("configmaps", item);
        }
        using var client = server.Client(new KubeClientOptions { PageSize = 10 });

        var list = await client.ListAsync(KnownKinds.ConfigMap, new Selection("default", Labels: "a=b,c in (d)"), Never);

        list.Items.Select(item => item.Key().Name).Distinct().Count().ShouldBe(25);
        list.Items.Select(item => (item.Text("kind"), item.Text("apiVersion"))).Distinct().ShouldBe([("ConfigMap", "v1")]);
        list.ResourceVersion.ShouldBe(server.Store.Version.ToString());
        server.Requests.Count.ShouldBe(3);
        server.Requests.ShouldAllBe(request => request.Contains("labelSelector=a%3Db%2Cc%20in%20%28d%29"));
    }

    [Fact]
    public async Task A_list_whose_version_was_forgotten_midway_starts_again()
    {
        for (var n = 0; n < 5; n++) server.Store.Put("configmaps", TestObjects.ConfigMap($"c{n}"));
        var refused = false;
        server.Intercept = async context =>
        {
            if (refused || !context.Request.Query.ContainsKey("continue")) return false;
            refused = true;
            await FakeApiServer.RefuseAsync(context, 410, "Expired");
            return true;
        };
        using var client = server.Client(new KubeClientOptions { PageSize = 3 });

        (await client.ListAsync(KnownKinds.ConfigMap, Selection.All, Never)).Items.Count.ShouldBe(5);
        refused.ShouldBeTrue();
    }

    [Fact]
    public async Task Managed_fields_are_not_kept()
    {
        var item = TestObjects.ConfigMap("one");
        item.Metadata()["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "kubectl" });
        server.Store.Put("configmaps", item);
        using var client = server.Client();

        var list = await client.ListAsync(KnownKinds.ConfigMap, Selection.All, Never);

        list.Items.Single().At("metadata", "managedFields").ShouldBeNull();
        list.Items.Single().Text("data", "value").ShouldBe("");
    }

    [Theory]
    [InlineData(404, "NotFound", nameof(KubeException.IsNotFound), false)]
    [InlineData(409, "AlreadyExists", nameof(KubeException.IsAlreadyExists), false)]
    [InlineData(409, "Conflict", nameof(KubeException.IsConflict), false)]
    [InlineData(410, "Expired", nameof(KubeException.IsExpired), false)]
    [InlineData(403, "Forbidden", nameof(KubeException.IsForbidden), false)]
    [InlineData(422, "Invalid", nameof(KubeException.IsInvalid), false)]
    [InlineData(429, "TooManyRequests", null, true)]
    [InlineData(503, "ServiceUnavailable", null, true)]
    [InlineData(500, "InternalError", null, true)]
    public async Task A_refusal_tells_what_was_done_why_it_failed_and_whether_to_try_again(int code, string reason, string? property, bool transient)
    {
        server.Intercept = async context =>
        {
            context.Response.Headers.RetryAfter = "7";
            await FakeApiServer.RefuseAsync(context, code, reason, "because of the moon");
            return true;
        };
        using var client = server.Client();

        var error = await Should.ThrowAsync<KubeException>(() => client.GetAsync(KnownKinds.ConfigMap, One, Never));

        error.Message.ShouldBe($"Reading configmaps default/one: because of the moon ({reason}, {code})");
        error.IsTransient.ShouldBe(transient);
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        string[] all = [nameof(error.IsNotFound), nameof(error.IsAlreadyExists), nameof(error.IsConflict), nameof(error.IsExpired), nameof(error.IsForbidden), nameof(error.IsInvalid)];
        all.Where(name => (bool)typeof(KubeException).GetProperty(name)!.GetValue(error)!).ShouldBe(property is null ? [] : [property]);
    }

    [Fact]
    public async Task A_proxy_s_page_instead_of_a_status_is_an_error_with_its_code()
    {
        server.Intercept = async context =>
        {
            context.Response.StatusCode = 502;
            await context.Response.WriteAsync("<html>bad gateway</html>");
            return true;
        };
        using var client = server.Client();

        var error = await Should.ThrowAsync<KubeException>(() => client.GetAsync(KnownKinds.ConfigMap, One, Never));

        (error.Code, error.IsTransient).ShouldBe((HttpStatusCode.BadGateway, true));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("")]
    public async Task An_answer_that_makes_no_sense_is_an_error(string body)
    {
        server.Intercept = async context =>
        {
            await context.Response.WriteAsync(body);
            return true;
        };
        using var client = server.Client();

        await Should.ThrowAsync<KubeException>(() => client.GetAsync(KnownKinds.ConfigMap, One, Never));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_beyond_the_limit_is_refused_whether_it_says_its_length_or_not(bool withLength)
    {
        server.Intercept = async context =>
        {
            if (withLength) context.Response.ContentLength = 5000;
            for (var n = 0; n < 5; n++) await context.Response.WriteAsync(new string(' ', 1000));
            return true;
        };
        using var client = server.Client(new KubeClientOptions { MaxBodyBytes = 4000 });

        var error = await Should.ThrowAsync<KubeException>(() => client.GetAsync(KnownKinds.ConfigMap, One, Never));

        error.Message.ShouldContain("larger than 4000 bytes");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_time_limit()
    {
        server.Intercept = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        using var client = server.Client(new KubeClientOptions { RequestTimeout = TimeSpan.FromMilliseconds(100) });

        var error = await Should.ThrowAsync<KubeException>(() => client.GetAsync(KnownKinds.ConfigMap, One, Never));

        error.Message.ShouldContain("no answer");
        error.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_is_not_an_error_of_the_server()
    {
        using var stop = new CancellationTokenSource();
        server.Intercept = async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        using var client = server.Client();

        await Should.ThrowAsync<OperationCanceledException>(() => client.GetAsync(KnownKinds.ConfigMap, One, stop.Token));
    }

    [Fact]
    public async Task A_refused_token_is_read_again_once()
    {
        var seen = new List<string>();
        server.Intercept = async context =>
        {
            seen.Add(context.Request.Headers.Authorization.ToString());
            await FakeApiServer.RefuseAsync(context, 401, "Unauthorized");
            return true;
        };
        using var client = server.Client(token: new CountingToken());

        var error = await Should.ThrowAsync<KubeException>(() => client.GetAsync(KnownKinds.ConfigMap, One, Never));

        seen.ShouldBe(["Bearer token-1", "Bearer token-2"]);
        error.ToString().ShouldNotContain("token-");
    }

    [Fact]
    public async Task A_log_ends_at_its_limit_even_if_the_server_sends_more()
    {
        server.Intercept = async context =>
        {
            await context.Response.WriteAsync(new string('x', 100_000));
            return true;
        };
        using var client = server.Client();
        await using var log = await client.OpenLogAsync(One, new PodLogQuery("br", 1000, Follow: true, TailLines: 5), Never);
        using var copy = new MemoryStream();
        await log.CopyToAsync(copy);

        Encoding.UTF8.GetString(copy.ToArray()).ShouldBe(new string('x', 1000));
        server.Requests.ShouldBe(["GET /api/v1/namespaces/default/pods/one/log?container=br&limitBytes=1000&follow=true&tailLines=5"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_name_that_would_change_the_path_is_refused(string name)
    {
        using var client = server.Client();

        await Should.ThrowAsync<ArgumentException>(() => client.DeleteAsync(KnownKinds.ConfigMap, new NamespacedName("default", name), new DeleteOptions(), Never));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_slash_in_a_name_is_escaped()
    {
        using var client = server.Client();
        await client.FindAsync(KnownKinds.ConfigMap, new NamespacedName("default", "a/b"), Never);

        server.Requests.Single().ShouldContain("/configmaps/a%2Fb", Case.Insensitive);
    }

    sealed class CountingToken : ITokenSource
    {
        int count;

        public ValueTask<Secret> ReadAsync(bool fresh, CancellationToken cancellation) => ValueTask.FromResult(new Secret($"token-{++count}"));
    }
}
