using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI.Responses;
using SessionAware.ClientWorker.Conversations;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>A conversation by the official client whose every turn goes to another replica than the one before.</summary>
internal sealed class FollowUpConversation(int number, IReadOnlyList<ResponsesClient> replicas)
{
    public const string Model = "gpt-4o-mini";

    // "During" fires as soon as the client has seen the parent's first event.
    private const int During = 3;

    private static readonly TimeSpan[] s_delays = [TimeSpan.Zero, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100)];

    private int _turn;

    /// <summary>What only this conversation was told.</summary>
    public ConversationScript Script { get; } = ConversationScript.Tell(number, turns: 2);

    /// <summary>Where it lives.</summary>
    public string Home { get; private set; } = "";

    /// <summary>Follow-ups that another backend answered, or that failed otherwise than the parent's own backend may refuse them.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Follow-ups sent.</summary>
    public int FollowUps { get; private set; }

    /// <summary>The last answer.</summary>
    public string LastAnswer { get; private set; } = "";

    public static ResponsesClient Client(WebNode replica) => new(
        new ApiKeyCredential(Nodes.ApiKey),
        new ResponsesClientOptions { Endpoint = new Uri($"{replica.Url}/session-aware/openai/v1/"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });

    /// <summary>Tells, then asks <paramref name="followUps"/> times.</summary>
    public async Task HoldAsync(int followUps)
    {
        var (id, home, _) = await SayAsync(Script.Prompts[0], previous: null, streams: number % 2 == 0, onFirstEvent: null);
        Home = home;
        for (var turn = 0; turn < followUps; turn++)
        {
            var how = (number + turn) % (s_delays.Length + 1);
            if (how == During)
            {
                id = await AskDuringAsync(id);
                FollowUps += 2;
                turn++;
                continue;
            }

            await Task.Delay(s_delays[how], TimeProvider.System);
            (id, home, LastAnswer) = await SayAsync(Script.Prompts[1], id, streams: (number + turn / 4) % 2 == 0, onFirstEvent: null);
            FollowUps++;
            Check(home, how);
        }
    }

    /// <summary>A streamed turn, and while it streams, another one that continues it.</summary>
    private async Task<string> AskDuringAsync(string previous)
    {
        Task<(string Id, string Home, string Answer)>? early = null;
        var (id, home, answer) = await SayAsync(Script.Prompts[1], previous, streams: true, seen => early = SayAsync(Script.Prompts[1], seen, streams: number % 3 == 0, onFirstEvent: null));
        Check(home, During);
        LastAnswer = answer;
        try
        {
            Check((await early!).Home, During);
        }
        catch (ClientResultException refused) when (refused.GetRawResponse() is { } raw && raw.Headers.TryGetValue("x-backend-id", out var where) && refused.Message.Contains("previous_response_not_found", StringComparison.Ordinal))
        {
            // A region does not know a response that is not finished; only that one may say so.
            Check(where!, During);
        }
        catch (Exception lost)
        {
            Faults.Add($"{number}: early: {lost.Message}");
        }

        return id;
    }

    private void Check(string home, int how)
    {
        if (home != Home)
            Faults.Add($"{number}: began in {Home}, turn {_turn} ({how}) was answered by '{home}'");
    }

    private async Task<(string Id, string Home, string Answer)> SayAsync(string prompt, string? previous, bool streams, Action<string>? onFirstEvent)
    {
        var client = replicas[Interlocked.Increment(ref _turn) % replicas.Count];
        if (!streams)
        {
            var result = await client.CreateResponseAsync(Model, prompt, previous);
            return (result.Value.Id, Where(result.GetRawResponse().Headers), result.Value.GetOutputText());
        }

        await using var stream = await client.CreateResponseStreamingAsync(Model, prompt, previous);
        var home = Where(stream.Headers);
        ResponseResult? whole = null;
        await foreach (var update in stream)
        {
            if (update is StreamingResponseCreatedUpdate created)
                onFirstEvent?.Invoke(created.Response.Id);
            else if (update is StreamingResponseCompletedUpdate completed)
                whole = completed.Response;
        }

        return (whole!.Id, home, whole.GetOutputText());
    }

    private static string Where(PipelineResponseHeaders headers) => headers.TryGetValue("x-backend-id", out var backend) ? backend! : "";
}
