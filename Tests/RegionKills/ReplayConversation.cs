using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI.Responses;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.RegionKills;

/// <summary>One conversation by the official client, whose own retries are off.</summary>
internal sealed class ReplayConversation
{
    private static readonly FunctionTool s_weather = ResponseTool.CreateFunctionTool(
        "get_weather",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""),
        strictModeEnabled: true,
        functionDescription: "Gets the weather in a city");

    private readonly WireTap _tap = new();
    private readonly ResponsesClient _client;
    private readonly List<ToldTurn> _told = [];
    private TaskCompletionSource _caught = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ToldTurn? _last;
    private int _done;

    public ReplayConversation(ConversationPlan plan, string api, HttpClient transport)
    {
        Plan = plan;
        var options = new ResponsesClientOptions
        {
            Endpoint = new Uri($"{api}/openai/v1/"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            Transport = new HttpClientPipelineTransport(transport),
        };
        options.AddPolicy(_tap, PipelinePosition.BeforeTransport);
        _client = new(new ApiKeyCredential(Nodes.ApiKey), options);
    }

    public ConversationPlan Plan { get; }

    /// <summary>All that was asked, in order.</summary>
    public IReadOnlyList<ToldTurn> Told => _told;

    /// <summary>How many of these were over when the region was killed.</summary>
    public int ToldBefore { get; private set; }

    /// <summary>Whether it came to its end, or was refused or broken off.</summary>
    public bool IsOver => _done == ConversationPlan.Turns || _told is [.., { Response: null, IsCut: false }];

    /// <summary>The answer to the last turn of all.</summary>
    public string? LastAnswer => _done == ConversationPlan.Turns ? _last!.OutputText : null;

    /// <summary>The second answer to turn 1 when its region was gone.</summary>
    public ToldTurn? Branch { get; private set; }

    /// <summary>Ends when a stream has brought as much as the region gives before it hangs; at once where nothing streams.</summary>
    public Task CaughtAsync() => Plan is { Streams: true, Phase.CutsStreams: true }
        ? _caught.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
        : Task.CompletedTask;

    /// <summary>From the next request on it is hit.</summary>
    public void WillBeHit()
    {
        ToldBefore = _told.Count;
        _caught = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Goes on until so many turns are done, or it is cut or over.</summary>
    public async Task GoOnAsync(int turns)
    {
        while (_done < turns && !IsOver)
        {
            if (Plan.HasDetour && _told.Count == 1)
                await SayAsync("Give me two more of these.", _last);
            var turn = await SayAsync(Prompt(_done + 1), _last);
            if (turn.Response is not null)
                _done++;
            if (turn.Response is not null || (turn.IsCut && Plan.InsistsOnCut))
                _last = turn;
            if (turn.IsCut)
                return;
        }
    }

    /// <summary>Goes to its end, and then asks for the word again behind turn 1.</summary>
    public async Task EndAsync()
    {
        await GoOnAsync(ConversationPlan.Turns);
        if (Plan.BranchesLater && LastAnswer is not null)
            Branch = await SayAsync(Plan.Script.Prompts[^1], _told[0]);
    }

    private string Prompt(int turn) => turn == Plan.ToolTurn ? (Plan.Number + turn) % 2 == 0 ? "What is the weather in Paris?" : "What is the weather in Rome and in Oslo?" : Plan.Script.Prompts[turn - 1];

    private async Task<ToldTurn> SayAsync(string prompt, ToldTurn? previous)
    {
        var marker = $"mark{Plan.Number:000}n{_told.Count:00}";
        var turn = new ToldTurn(previous, marker, Wire: null!);
        string? known = null;
        try
        {
            turn = Plan switch
            {
                { Streams: true } => await StreamAsync(Options(prompt, turn), turn, id => known = id),
                { SaysText: true } => await SayTextAsync($"{marker}: {prompt}", turn),
                _ => await AskAsync(Options(prompt, turn), turn),
            };
        }
        catch (ClientResultException refused) when (refused.GetRawResponse() is not null)
        {
            turn = turn with { ErrorCode = _tap.Latest.Json["error"]?["code"]?.GetValue<string>() ?? $"{refused.Status}" };
        }
        catch (Exception broken) when (broken is ClientResultException or HttpRequestException or IOException)
        {
            turn = turn with { Broken = broken.Message };
        }

        turn = turn with { Wire = _tap.Latest, ResponseId = turn.ResponseId ?? known };
        _told.Add(turn);
        return turn;
    }

    private CreateResponseOptions Options(string prompt, ToldTurn turn)
    {
        var pending = turn.Previous is { Response: not null } previous && !Plan.NeglectsTool ? previous.CallIds : [];
        IEnumerable<ResponseItem> input = pending.Count > 0
            ? pending.Select(call => ResponseItem.CreateFunctionCallOutputItem(call, $"{turn.Marker}: 21 degrees"))
            : [ResponseItem.CreateUserMessageItem($"{turn.Marker}: {prompt}")];
        var options = new CreateResponseOptions(Plan.Model, input) { PreviousResponseId = turn.Previous?.ResponseId, StreamingEnabled = Plan.Streams };
        if (Plan.ToolTurn is not null)
            options.Tools.Add(s_weather);
        return options;
    }

    private async Task<ToldTurn> AskAsync(CreateResponseOptions options, ToldTurn turn)
    {
        ResponseResult response = await _client.CreateResponseAsync(options, TestContext.Current.CancellationToken);
        return Answered(turn, response.Status == ResponseStatus.Completed);
    }

    private async Task<ToldTurn> SayTextAsync(string text, ToldTurn turn)
    {
        var body = new JsonObject { ["model"] = Plan.Model, ["input"] = text, ["previous_response_id"] = turn.Previous?.ResponseId };
        await _client.CreateResponseAsync(BinaryContent.Create(BinaryData.FromString(body.ToJsonString())), new RequestOptions { CancellationToken = TestContext.Current.CancellationToken });
        return Answered(turn, _tap.Latest.Json["status"]!.GetValue<string>() == "completed");
    }

    private ToldTurn Answered(ToldTurn turn, bool isCompleted)
    {
        var response = _tap.Latest.Json.AsObject();
        return turn with { ResponseId = response["id"]!.GetValue<string>(), Response = isCompleted ? response : null, ErrorCode = isCompleted ? null : response["status"]!.GetValue<string>() };
    }

    private async Task<ToldTurn> StreamAsync(CreateResponseOptions options, ToldTurn turn, Action<string> onCreated)
    {
        var (events, isCompleted, hasFailed, code) = (0, false, false, (string?)null);
        await using var stream = await _client.CreateResponseStreamingAsync(options, TestContext.Current.CancellationToken);
        await foreach (var update in stream.WithCancellation(TestContext.Current.CancellationToken))
        {
            if (update is StreamingResponseCreatedUpdate created)
                onCreated(created.Response.Id);
            if (update is StreamingResponseErrorUpdate error)
                code = error.Code;
            (isCompleted, hasFailed) = (update is StreamingResponseCompletedUpdate, code is not null && update is StreamingResponseFailedUpdate);
            if (++events == Plan.Phase.HangsAfter)
                _caught.TrySetResult();
        }

        return turn with
        {
            IsCut = hasFailed,
            ErrorCode = code,
            Response = isCompleted ? _tap.Latest.Events[^1].Data["response"]!.AsObject() : null,
            Broken = isCompleted || hasFailed ? null : "The stream ended without its end.",
        };
    }
}
