using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>
/// Stands in for the identity endpoint that Azure Container Apps give a process: whoever has the platform's secret gets tokens of the issuer for the resource that is asked for.
/// </summary>
public sealed class IdentityEndpoint : IAsyncDisposable
{
    public const string ClientId = "33333333-3333-3333-3333-333333333333";

    private readonly TokenIssuer _issuer;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<string> _questions = new();
    private readonly ConcurrentQueue<string> _tokens = new();
    private readonly ConcurrentQueue<string> _audiences = new();
    private WebNode _node = null!;

    private IdentityEndpoint(TokenIssuer issuer, TimeProvider time) => (_issuer, _time) = (issuer, time);

    public string Url => _node.Url + "/msi/token";

    /// <summary>What <c>X-IDENTITY-HEADER</c> must say.</summary>
    public string Secret { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The resource, identity and claims of each question, in their order.</summary>
    public IReadOnlyList<string> Questions => [.. _questions];

    public int Asked => _questions.Count;

    /// <summary>Every token that was given.</summary>
    public IReadOnlyList<string> Tokens => [.. _tokens];

    /// <summary>How long tokens last.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>When tokens say they are to be refreshed; null: they do not.</summary>
    public TimeSpan? RefreshAfter { get; set; }

    /// <summary>What is answered in place of a token; null: a token.</summary>
    public int? Failure { get; set; }

    /// <summary>Answers wait for it.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>How a process of Azure Container Apps finds it.</summary>
    public (string Name, string Value)[] Environment => [("IDENTITY_ENDPOINT", Url), ("IDENTITY_HEADER", Secret), ("AZURE_CLIENT_ID", ClientId)];

    public static async Task<IdentityEndpoint> StartAsync(TokenIssuer issuer, TimeProvider? time = null)
    {
        var endpoint = new IdentityEndpoint(issuer, time ?? TimeProvider.System);
        endpoint._node = await WebNode.StartAsync(_ => { }, app => app.MapGet("/msi/token", endpoint.AnswerAsync));
        return endpoint;
    }

    /// <summary>The next token is for somebody else.</summary>
    public void Mislead(string audience) => _audiences.Enqueue(audience);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        var query = request.Query;
        _questions.Enqueue(string.Join(' ', new[] { query["resource"].ToString(), query["client_id"].ToString(), query["claims"].ToString() }.Where(word => word.Length > 0)));
        await Held;
        if (request.Headers["X-IDENTITY-HEADER"] != Secret || query["api-version"] != "2019-08-01" || query["client_id"] is { Count: > 0 } client && client != ClientId)
            return Results.Json(new { statusCode = 400, message = "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId." }, statusCode: 400);
        if (Failure is { } status)
            return Results.Json(new { statusCode = status, message = "The identity of this container cannot be had." }, statusCode: status);

        var resource = query["resource"].ToString();
        var now = _time.GetUtcNow();
        var token = _issuer.Token([("oid", TokenIssuer.User), ("tid", TokenIssuer.Tenant), ("jti", Guid.NewGuid().ToString())], given =>
        {
            given.Audience = _audiences.TryDequeue(out var audience) ? audience : resource;
            (given.IssuedAt, given.NotBefore, given.Expires) = (now.UtcDateTime, now.AddMinutes(-5).UtcDateTime, (now + Lifetime).UtcDateTime);
        });
        _tokens.Enqueue(token);
        return Results.Json(new
        {
            access_token = token,
            expires_on = $"{(now + Lifetime).ToUnixTimeSeconds()}",
            refresh_on = RefreshAfter is { } refresh ? (now + refresh).ToUnixTimeSeconds() : (long?)null,
            resource,
            token_type = "Bearer",
        });
    }
}
