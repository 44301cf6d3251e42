using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>A region whose local authentication is disabled, which remembers the headers that it was sent and can be started again at the same address.</summary>
public sealed class AzureRegion : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly string _name;
    private readonly TokenIssuer? _issuer;
    private readonly TimeProvider _time;
    private WebNode? _node;

    private AzureRegion(string name, TokenIssuer? issuer, TimeProvider time) => (_name, _issuer, _time) = (name, issuer, time);

    public string Url { get; } = $"http://127.0.0.1:{Ports.Free()}";

    /// <summary>The method, path, query and headers of each request to the API, and the status of its answer.</summary>
    public IReadOnlyList<string> Seen => [.. _seen];

    /// <summary>Starts it; with keys where no issuer is given.</summary>
    public static async Task<AzureRegion> StartAsync(string name, TokenIssuer? issuer, TimeProvider? time = null)
    {
        var region = new AzureRegion(name, issuer, time ?? TimeProvider.System);
        await region.RestartAsync();
        return region;
    }

    /// <summary>Starts it again, with these settings, empty.</summary>
    public async Task RestartAsync(params (string Name, string? Value)[] settings)
    {
        await DisposeAsync();
        _seen.Clear();
        _node = await Nodes.StartRegionAsync(
            _name,
            [
                new("Kestrel:Endpoints:Http:Url", Url),
                .. _issuer is null ? Array.Empty<KeyValuePair<string, string?>>() : [new("Region:Entra:Authority", _issuer.Url)],
                .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)),
            ],
            services => services.AddSingleton(_time).AddSingleton<IStartupFilter>(new SeenFilter(_seen)));
    }

    /// <summary>How often an answer of this status has gone out.</summary>
    public int Count(int status) => _seen.Count(request => request.EndsWith($" {status}", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        _node = null;
    }

    private sealed class SeenFilter(ConcurrentQueue<string> seen) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                var headers = string.Concat(context.Request.Headers.Select(header => $"{header.Key}: {header.Value}\n"));
                // Before anybody can know the answer.
                context.Response.OnStarting(() =>
                {
                    if (context.Request.Path.StartsWithSegments("/openai"))
                        seen.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n{headers} {context.Response.StatusCode}");
                    return Task.CompletedTask;
                });
                await following(context);
            });
            next(app);
        };
    }
}
