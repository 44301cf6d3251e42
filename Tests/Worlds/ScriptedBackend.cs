using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace SessionAware.Tests.Worlds;

/// <summary>A backend over HTTP that answers as it is told, and 200 with its own name where it is told nothing.</summary>
public sealed class ScriptedBackend : IAsyncDisposable
{
    private readonly ConcurrentQueue<RequestDelegate> _next = new();
    private WebNode _node = null!;
    private RequestDelegate? _always;
    private int _requests;

    private ScriptedBackend(string name) => Name = name;

    public string Name { get; }

    public string Url => _node.Url;

    /// <summary>Requests that have arrived and know what they are answered.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<ScriptedBackend> StartAsync(string name)
    {
        var backend = new ScriptedBackend(name);
        backend._node = await Nodes.StartBackendAsync(backend.AnswerAsync);
        return backend;
    }

    /// <summary>Answers the next request so, once; several calls queue up.</summary>
    public void Next(int status, params (string Name, string Value)[] headers) => _next.Enqueue(Answer(status, headers));

    /// <summary>Answers the next request by <paramref name="answer"/>, once.</summary>
    public void Next(RequestDelegate answer) => _next.Enqueue(answer);

    /// <summary>Answers every request so, but for those that are queued.</summary>
    public void Always(int status, params (string Name, string Value)[] headers) => _always = Answer(status, headers);

    /// <summary>Answers every request by <paramref name="answer"/>, but for those that are queued.</summary>
    public void Otherwise(RequestDelegate answer) => _always = answer;

    /// <summary>As it was at first.</summary>
    public void Recover()
    {
        _next.Clear();
        _always = null;
    }

    /// <summary>A stream of exactly these events, each written on its own.</summary>
    public static RequestDelegate Events(params string[] events) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var item in events)
        {
            await context.Response.WriteAsync(item);
            await context.Response.Body.FlushAsync();
        }
    };

    /// <summary>Exactly this JSON.</summary>
    public static RequestDelegate Json(string json) => context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    };

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static RequestDelegate Answer(int status, (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Response.WriteAsync($$$"""{"error":{"code":"{{{status}}}"}}""");
    };

    private Task AnswerAsync(HttpContext context)
    {
        var answer = _next.TryDequeue(out var next) ? next : _always ?? (_ => context.Response.WriteAsync(Name));
        Interlocked.Increment(ref _requests);
        return answer(context);
    }
}
