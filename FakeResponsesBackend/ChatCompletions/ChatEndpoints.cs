using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary><c>POST /chat/completions</c>. The region keeps nothing of it: whoever calls sends the whole conversation.</summary>
internal static class ChatEndpoints
{
    public static void AddChatCompletions(this IServiceCollection services) => services.AddSingleton<ChatStarter>();

    public static void MapChatCompletions(this IEndpointRouteBuilder family) => family.MapPost("/chat/completions", Create);

    /// <summary>Azure's older path, in which the deployment stands.</summary>
    public static void MapDeploymentChatCompletions(this IEndpointRouteBuilder family) => family.MapPost("/deployments/{deployment}/chat/completions", Create);

    private static IResult Create(
        HttpContext context, ChatStarter starter, EventPlayer player, DeploymentCatalog catalog, IdLedger ledger, IOptions<RegionOptions> region, TimeProvider time)
    {
        var deployment = context.GetRouteValue("deployment") as string;
        var (request, unreadable) = JsonBody.Read(context, fields => ChatRequestReader.Read(fields, deployment));
        if (request is null)
            return unreadable!;
        var (turn, refused) = starter.Start(request);
        if (turn is null)
            return refused!;

        WriteHeaders(context.Response.Headers, turn, region.Value.Flavor);
        ledger.Minted(turn.Id);
        context.Features.Get<JournalEntry>()?.Made = turn.Id;
        var faults = context.Features.Get<RequestFaults>() ?? RequestFaults.None;
        var made = ChatEvents.Of(turn, finish: () => catalog.Count(turn.Deployment, turn.Plan.Tokens));
        var events = faults.Through(player.PlayAsync(made, turn.Delay, faults, (error, _) => [new ChatErrorEvent(error.Error)]), time);
        return request.Stream
            ? new EventStreamResult(events, sendDone: false)
            : new LastEventResult<IStreamEvent>(events, _ => Whole(turn));
    }

    private static void WriteHeaders(IHeaderDictionary headers, ChatTurn turn, ApiFlavor flavor)
    {
        turn.RateLimit.WriteTo(headers, flavor);
        if (flavor != ApiFlavor.Azure)
            return;
        headers["x-ms-deployment-name"] = turn.Deployment.Name;
        headers["x-ms-rai-invoked"] = "true";
    }

    /// <summary>The completion in one piece, which Azure ends with a new line.</summary>
    private static IResult Whole(ChatTurn turn)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(turn.Complete(), ChatJson.OfBody(turn.Flavor).GetTypeInfo(typeof(ChatCompletion)));
        return Results.Bytes(turn.Flavor == ApiFlavor.Azure ? [.. json, (byte)'\n'] : json, "application/json");
    }
}
