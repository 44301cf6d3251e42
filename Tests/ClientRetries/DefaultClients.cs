using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI.Responses;
using SessionAware.Tests.NodeClient;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ClientRetries;

/// <summary>The official clients with nothing set but address and key: they retry as their makers have them do.</summary>
public sealed class DefaultClients : IAsyncDisposable
{
    public const string Dotnet = "OpenAI .NET";
    public const string Node = "openai-node";

    private readonly NodeProcess _node = new("retries.mjs", Nodes.ApiKey);

    /// <summary>Either client.</summary>
    public static TheoryData<string> Each { get; } = [Dotnet, Node];

    /// <summary>Either client, for an answer in JSON or as a stream.</summary>
    public static MatrixTheoryData<string, bool> InEitherWay { get; } = new([Dotnet, Node], [false, true]);

    /// <summary>Creates a response of this request body.</summary>
    public async Task<ClientCall> CreateAsync(string client, string api, JsonObject body) => client == Node
        ? ClientCall.Of(await _node.AskAsync(new JsonObject { ["baseURL"] = $"{api}/openai/v1", ["create"] = body.DeepClone() }))
        : await ByDotnetAsync(api, responses => body["stream"]!.GetValue<bool>() ? StreamAsync(responses, OptionsOf(body)) : ResultAsync(responses.CreateResponseAsync(OptionsOf(body), Cancel)));

    /// <summary>Asks for a response.</summary>
    public async Task<ClientCall> RetrieveAsync(string client, string api, string id) => client == Node
        ? ClientCall.Of(await _node.AskAsync(new JsonObject { ["baseURL"] = $"{api}/openai/v1", ["retrieve"] = id }))
        : await ByDotnetAsync(api, responses => ResultAsync(responses.GetResponseAsync(id, Cancel)));

    /// <summary>Adds an item to a conversation, with openai-node.</summary>
    public async Task<ClientCall> AddAsync(string api, string conversation) => ClientCall.Of(await _node.AskAsync(new JsonObject
    {
        ["baseURL"] = $"{api}/openai/v1",
        ["add"] = JsonNode.Parse($$"""{"conversation":"{{conversation}}","items":[{"type":"message","role":"user","content":"My name is Ada."}]}"""),
    }));

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static CreateResponseOptions OptionsOf(JsonObject body) => ModelReaderWriter.Read<CreateResponseOptions>(BinaryData.FromString(body.ToJsonString()))!;

    private static async Task<ClientCall> ByDotnetAsync(string api, Func<ResponsesClient, Task<(string Outcome, ResponseResult? Response)>> call)
    {
        var log = new ExchangeLog();
        var options = new ResponsesClientOptions { Endpoint = new Uri($"{api}/openai/v1/") };
        options.AddPolicy(log, PipelinePosition.PerTry);
        try
        {
            var (outcome, response) = await call(new ResponsesClient(new ApiKeyCredential(Nodes.ApiKey), options));
            return new(log.Exchanges, outcome, response?.Id, response?.GetOutputText() ?? "");
        }
        catch (ClientResultException refusal)
        {
            return new(log.Exchanges, $"{refusal.Status} {ExchangeLog.CodeOf(refusal.GetRawResponse()!)}", Id: null, refusal.Message);
        }
    }

    private static async Task<(string Outcome, ResponseResult? Response)> ResultAsync(Task<ClientResult<ResponseResult>> asking) => Ended((await asking).Value);

    private static async Task<(string Outcome, ResponseResult? Response)> StreamAsync(ResponsesClient client, CreateResponseOptions options)
    {
        (string, ResponseResult?) end = ("nothing", null);
        await using var stream = await client.CreateResponseStreamingAsync(options, Cancel);
        await foreach (var update in stream.WithCancellation(Cancel))
        {
            end = update switch
            {
                StreamingResponseCompletedUpdate completed => Ended(completed.Response),
                StreamingResponseFailedUpdate failed => Ended(failed.Response),
                StreamingResponseQueuedUpdate queued => Ended(queued.Response),
                StreamingResponseErrorUpdate error => ($"error {error.Code}", null),
                _ => end,
            };
        }

        return end;
    }

    private static (string Outcome, ResponseResult? Response) Ended(ResponseResult response) => (ModelReaderWriter.Write(response).ToObjectFromJson<JsonObject>()!["status"]!.GetValue<string>(), response);
}
