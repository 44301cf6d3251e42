using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimDoor;

/// <summary>
/// A stand-in for API Management on the loopback: it serves what the resources say and carries their policy documents out, element by element, their expressions compiled.
/// It keeps to the reference of policies, expressions, error handling and backends. What these leave open it does in the simplest way; whatever it does not know stops it.
/// </summary>
public sealed class Door : IAsyncDisposable
{
    private const int PieceBytes = 8 * 1024;

    private readonly DoorModel _model;
    private readonly DoorOptions _options;
    private readonly ConcurrentQueue<TokenMetric> _metrics = [];
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null });
    private WebNode _node = null!;

    private Door(DoorModel model, DoorOptions options) => (_model, _options) = (model, options);

    public string Url => _node.Url;

    /// <summary>Every metric of tokens that was emitted, in order.</summary>
    public IReadOnlyList<TokenMetric> Metrics => [.. _metrics];

    /// <summary>Starts it over <paramref name="resources"/> of API Management.</summary>
    /// <exception cref="NotSupportedException">A policy has something that the door does not play.</exception>
    public static async Task<Door> StartAsync(IReadOnlyList<JsonNode> resources, DoorOptions options)
    {
        var door = new Door(DoorModel.Read(resources), options);
        door._node = await Nodes.StartBackendAsync(door.AnswerAsync);
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _invoker.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var url = new ContextUrl(http.Request.Host.Host, http.Request.Host.Port ?? 80, target[0], target.ElementAtOrDefault(1) ?? "");
        var (api, rest) = _model.Match(url.Path);
        if (api is null)
        {
            // No API, and so no policy of an API's.
            await WriteAsync(Refusal(404, "Resource not found"), http);
            return;
        }

        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.OfType<string>().ToArray(), StringComparer.OrdinalIgnoreCase);
        var context = new PolicyContext(api.Context, new(http.Request.Method, url, headers), _options.Time);
        var run = new PolicyRun(_model, _options, api, context, new(http.Request, rest, _invoker, _options), _metrics, http.RequestAborted);
        try
        {
            await ServeAsync(api, context, run);
            await WriteAsync(context.Response!, http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
        }
        finally
        {
            context.Response?.Upstream?.Dispose();
        }
    }

    private async Task ServeAsync(DoorApi api, PolicyContext context, PolicyRun run)
    {
        try
        {
            context.Operation = api.Operations.FirstOrDefault(operation => operation.Method == context.Request.Method)
                ?? throw new PolicyException(404, "configuration", "OperationNotFound", "No operation of this API matches the request.");
            context.Subscription = Identify(api, context.Request);
            foreach (var section in new[] { "inbound", "backend", "outbound" })
            {
                if (!run.HasReturned)
                    await run.RunAsync(section);
            }
        }
        catch (PolicyException failure)
        {
            context.Response?.Upstream?.Dispose();
            context.LastError = new(failure, run.Section);
            context.Response = Refusal(failure.Status, failure.Message);
            await run.RunAsync("on-error");
        }
    }

    private ContextSubscription Identify(DoorApi api, ContextRequest request)
    {
        var key = request.Headers.GetValueOrDefault(api.KeyHeader) ?? request.Url.Query.GetValueOrDefault(api.KeyQuery)
            ?? throw new PolicyException(401, "authorization", "SubscriptionKeyNotFound", "The request has no subscription key.");
        return _options.Subscriptions.Where(subscription => subscription.Value == key).Select(subscription => new ContextSubscription(subscription.Key, key)).FirstOrDefault()
            ?? throw new PolicyException(401, "authorization", "SubscriptionKeyInvalid", "The request's subscription key is not valid.");
    }

    /// <summary>API Management's own answer before any policy has had a look at it.</summary>
    private static ContextResponse Refusal(int status, string message)
    {
        var refusal = new ContextResponse(status) { Text = JsonSerializer.Serialize(new { statusCode = status, message }) };
        refusal.Fields["Content-Type"] = ["application/json"];
        return refusal;
    }

    private static async Task WriteAsync(ContextResponse response, HttpContext http)
    {
        http.Response.StatusCode = response.StatusCode;
        foreach (var (name, values) in response.Fields.Where(field => response.Text is null || !field.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)))
            http.Response.Headers[name] = values;
        if (response.Text is not null)
            await http.Response.WriteAsync(response.Text, http.RequestAborted);
        else if (response.Upstream is { } upstream)
            await CopyAsync(upstream, response.IsHeldBack, http);
    }

    private static async Task CopyAsync(HttpResponseMessage upstream, bool isHeldBack, HttpContext http)
    {
        try
        {
            await using var body = await upstream.Content.ReadAsStreamAsync(http.RequestAborted);
            var (buffer, held) = (new byte[PieceBytes], 0);
            while (await body.ReadAsync(buffer.AsMemory(held), http.RequestAborted) is > 0 and var read)
            {
                held += read;
                if (isHeldBack && held < PieceBytes)
                    continue;
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, held), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                held = 0;
            }

            if (held > 0)
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, held), http.RequestAborted);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            // The backend broke off; the caller has to see that its answer is not whole.
            http.Abort();
        }
    }
}
