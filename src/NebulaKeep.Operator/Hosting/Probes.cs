using Microsoft.AspNetCore.Http;
using NebulaKeep.Operator.Metrics;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Hosting;

/// <summary>What the endpoints answer.</summary>
static class Probes
{
    /// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it knows all objects that it cares for.</summary>
    public static RequestDelegate Health(WatchedKinds watched) => context => context.Request.Path.Value switch
    {
        "/healthz" => TextAsync(context, StatusCodes.Status200OK, "ok\n"),
        "/readyz" when watched.AreSynced => TextAsync(context, StatusCodes.Status200OK, "ok\n"),
        "/readyz" => TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"still listing {string.Join(", ", watched.All.Where(kind => !kind.IsSynced).Select(kind => kind.Kind))}\n"),
        _ => TextAsync(context, StatusCodes.Status404NotFound, "/healthz or /readyz\n"),
    };

    /// <summary><c>/metrics</c> in Prometheus' text format.</summary>
    public static RequestDelegate Metrics(MetricsCollector collector) => context => context.Request.Path.Value == "/metrics"
        ? TextAsync(context, StatusCodes.Status200OK, collector.Write(), MetricsCollector.ContentType)
        : TextAsync(context, StatusCodes.Status404NotFound, "/metrics\n");

    static Task TextAsync(HttpContext context, int code, string text, string contentType = "text/plain; charset=utf-8")
    {
        (context.Response.StatusCode, context.Response.ContentType) = (code, contentType);
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
