using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace SessionAware.Benchmarks.Replay;

/// <summary>A backend that makes responses of nothing and keeps none: what it costs is to read what it is sent.</summary>
internal sealed class ReplayBackend : IAsyncDisposable
{
    // As long as what a model says in three sentences.
    private static readonly string s_text = new('b', 400);

    private readonly WebApplication _app;
    private int _responses;

    private ReplayBackend(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Whether it cannot serve.</summary>
    public bool IsOut { get; set; }

    /// <summary>Bytes of the last request.</summary>
    public long Received { get; private set; }

    public static async Task<ReplayBackend> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var backend = new ReplayBackend(builder.Build());
        backend._app.MapPost("/{**path}", backend.AnswerAsync);
        await backend._app.StartAsync(cancellationToken);
        return backend;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var (received, buffer) = (0L, new byte[64 * 1024]);
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
            received += count;
        Received = received;
        if (IsOut)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        // As the services make ids, but for one chain: nobody looks at that here.
        var id = $"0123456789abcdef00{Interlocked.Increment(ref _responses):x8}{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            $$"""{"id":"resp_{{id}}","object":"response","status":"completed","model":"m","output":[{"id":"msg_{{id}}","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{{s_text}}","annotations":[]}]}]}""",
            context.RequestAborted);
    }
}
