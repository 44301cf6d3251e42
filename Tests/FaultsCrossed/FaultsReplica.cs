using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.FaultsCrossed;

/// <summary>A replica of the gateway, and its callers.</summary>
internal sealed class FaultsReplica(WebNode gateway) : IAsyncDisposable
{
    // Twice the store's patience and the backend's, and room for a busy machine; a request that hangs takes for ever.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly Caller _admin = new(gateway.Url);

    /// <summary>Its settings, which count from one request to the next.</summary>
    public SessionsOptions Sessions { get; } = gateway.App.Services.GetRequiredService<IOptions<SessionsOptions>>().Value;

    /// <summary>Subscription a.</summary>
    public Caller A { get; } = new($"{gateway.Url}/session-aware", apiKey: OwnersWorld.KeyOfA);

    /// <summary>Subscription b.</summary>
    public Caller B { get; } = new($"{gateway.Url}/session-aware", apiKey: OwnersWorld.KeyOfB);

    /// <summary>A conversation of two turns; ends when both are durable.</summary>
    /// <returns>The id of the last.</returns>
    public async Task<string> BeginAsync()
    {
        var first = await A.SayAsync("My name is Ada.");
        var second = await A.SayAsync("I live in Paris.", first.Id);
        Assert.Equal((200, "eastus2"), (second.Status, second.Header("x-backend-id")));
        await SettledAsync();
        return second.Id;
    }

    /// <summary>Asks who the caller is.</summary>
    public async Task<FaultsAnswer> AskAsync(string previous, bool streams, params (string Name, string Value)[] headers)
    {
        var body = new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = previous, stream = streams };
        return new(await A.SendAsync(HttpMethod.Post, "openai/v1/responses", body, headers).WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    /// <summary>What another owner is told of a response.</summary>
    public async Task<FaultsAnswer> AskAsOtherAsync(string previous) => new(await B.SayAsync("Who am I?", previous).WaitAsync(s_limit, TestContext.Current.CancellationToken));

    /// <summary>Ends when nothing waits for the store.</summary>
    public Task SettledAsync() => Eventually.IsAsync(async () => (await _admin.GetAsync("admin/store")).Json["waiting_writes"]!.GetValue<int>() == 0);

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        A.Dispose();
        B.Dispose();
        await ValueTask.CompletedTask;
    }
}

/// <summary>An answer as rows of a table speak of it.</summary>
internal sealed class FaultsAnswer
{
    private readonly Answer _answer;

    public FaultsAnswer(Answer answer)
    {
        _answer = answer;
        var events = answer.Text.StartsWith("event:", StringComparison.Ordinal) ? Events.Parse(answer.Text) : [];
        if (events.Count > 0 && events[^1].Type != "response.completed")
        {
            // It ends as the API ends what fails, and says why.
            Assert.Equal(["error", "response.failed"], events.TakeLast(2).Select(item => item.Type));
            Assert.Equal("server_error", events[^2].Data["code"]!.GetValue<string>());
            Code = "response.failed";
        }
        else if (answer.Status == 200)
        {
            Id = (events.Count > 0 ? events[^1].Data["response"]! : answer.Json)["id"]!.GetValue<string>();
        }
        else
        {
            var error = answer.Json["error"]!.AsObject();
            Code = error["code"]!.GetValue<string>();
            Assert.NotEqual("", error["message"]!.GetValue<string>());
            // A throttled region speaks for itself, and as briefly as it likes.
            Assert.True(answer.Status == 429 || error.Select(field => field.Key).Order(StringComparer.Ordinal).SequenceEqual(["code", "message", "param", "type"]), answer.Text);
            Assert.Equal(answer.Status == 409 ? "false" : null, answer.Header("x-should-retry"));
            Assert.Equal((answer.Status, Code) switch { (429, _) => "60", (_, "store_unavailable") => "1", _ => null }, answer.Header("Retry-After"));
        }
    }

    /// <summary>The response's id where it is whole; else null.</summary>
    public string? Id { get; }

    /// <summary>The named code of what is no whole response; null of what is.</summary>
    public string? Code { get; }

    /// <summary>All of it.</summary>
    public string Text => _answer.Text;

    /// <summary>Who served.</summary>
    public string? Backend => _answer.Header("x-backend-id");

    /// <summary><c>200 pinned eastus2</c>, <c>503 store_unavailable</c>.</summary>
    public override string ToString() => Code is { } code ? $"{_answer.Status} {code}" : $"{_answer.Status} {_answer.Header("x-session-affinity")} {Backend}";
}
