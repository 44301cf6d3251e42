using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary><c>/responses</c>: create, retrieve, delete, cancel, list input items, count, compact.</summary>
internal static class ResponseEndpoints
{
    public static void AddResponses(this IServiceCollection services)
    {
        services.AddSingleton<ResponseStore>();
        services.AddSingleton<ResponseLookup>();
        services.AddSingleton<InputResolver>();
        services.AddSingleton<TurnStarter>();
        services.AddSingleton<TurnPlayer>();
        services.AddSingleton<BackgroundRuns>();
        services.AddSingleton<Compactor>();
    }

    public static void MapResponses(this IEndpointRouteBuilder family)
    {
        family.MapPost("/responses", CreateAsync);
        family.MapPost("/responses/input_tokens", CountInputTokens);
        family.MapPost("/responses/compact", Compact);
        family.MapGet("/responses/{id}", Retrieve);
        family.MapDelete("/responses/{id}", DeleteAsync);
        family.MapPost("/responses/{id}/cancel", CancelAsync);
        family.MapGet("/responses/{id}/input_items", ListInputItems);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, TurnStarter starter, TurnPlayer player, BackgroundRuns background, IdLedger ledger, IOptions<RegionOptions> region, TimeProvider time)
    {
        var (request, unreadable) = JsonBody.Read(context, CreateRequestReader.Read);
        if (request is null)
            return unreadable!;
        var (turn, refused) = starter.Start(request);
        if (turn is null)
            return refused!;

        turn.RateLimit.WriteTo(context.Response.Headers, region.Value.Flavor);
        ledger.Minted(turn.Id);
        context.Features.Get<JournalEntry>()?.Made = turn.Id;
        var faults = context.Features.Get<RequestFaults>() ?? RequestFaults.None;
        if (request.Background)
        {
            var queued = background.Start(turn, faults);
            return request.Stream
                ? new EventStreamResult(faults.Through(queued.Run!.Events.ReadAsync(startingAfter: -1), time), region.Value.SendDone)
                : WireJson.Ok(queued.Body.AsJsonAnswer());
        }

        var events = faults.Through(player.PlayAsync(turn, faults), time);
        return request.Stream ? new EventStreamResult(events, region.Value.SendDone) : await LastOfAsync(events, context);
    }

    /// <summary>A caller that does not stream waits for the last event and gets its response.</summary>
    private static async Task<IResult> LastOfAsync(IAsyncEnumerable<ResponseEvent> events, HttpContext context)
    {
        try
        {
            ResponseEvent? last = null;
            await foreach (var next in events.WithCancellation(context.RequestAborted))
                last = next;
            return WireJson.Ok(((ResponseSnapshotEvent)last!).Response.AsJsonAnswer());
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
    }

    private static IResult Retrieve(string id, HttpContext context, ResponseLookup responses, BackgroundRuns background, IOptions<RegionOptions> region, TimeProvider time)
    {
        if (!responses.TryGet(id, out var found, out var fault))
            return fault;
        var query = new QueryReader(context.Request.Query);
        var (stream, startingAfter) = (query.Flag("stream"), query.Integer("starting_after"));
        query.Include();
        if (query.Fault is { } unreadable)
            return unreadable;
        if (!stream)
            return WireJson.Ok(found.Body.AsJsonAnswer());
        var (events, refused) = background.Stream(found, startingAfter ?? -1);
        var faults = context.Features.Get<RequestFaults>() ?? RequestFaults.None;
        return events is null ? refused! : new EventStreamResult(faults.Through(events, time), region.Value.SendDone);
    }

    private static async Task<IResult> DeleteAsync(string id, ResponseLookup responses, ResponseStore store)
    {
        if (!responses.TryGet(id, out _, out var fault))
            return fault;
        if (store.Remove(id) is not { } removed)
            return ApiErrors.ResponseNotFound(id);
        await BackgroundRuns.AbandonAsync(removed);
        return WireJson.Ok(new DeletedResponse(id));
    }

    private static async Task<IResult> CancelAsync(string id, ResponseLookup responses, BackgroundRuns background)
    {
        if (!responses.TryGet(id, out var found, out var fault))
            return fault;
        var (cancelled, refused) = await background.CancelAsync(found);
        return cancelled is null ? refused! : WireJson.Ok(cancelled.Body.AsJsonAnswer());
    }

    private static IResult ListInputItems(string id, HttpRequest request, ResponseLookup responses)
    {
        if (!responses.TryGet(id, out var found, out var fault))
            return fault;
        var (page, unreadable) = ItemPage.Read(request.Query);
        return page is null ? unreadable! : page.Of(found.InputItems());
    }

    private static IResult CountInputTokens(HttpContext context, TurnStarter starter)
    {
        var (request, unreadable) = JsonBody.Read(context, CreateRequestReader.ReadCount);
        if (request is null)
            return unreadable!;
        var (prompt, refused) = starter.Prepare(request);
        return prompt is null ? refused! : WireJson.Ok(new InputTokenCount(prompt.Tokens));
    }

    private static IResult Compact(HttpContext context, Compactor compactor, IOptions<RegionOptions> region)
    {
        var (request, unreadable) = JsonBody.Read(context, CreateRequestReader.ReadCompaction);
        if (request is null)
            return unreadable!;
        var (compaction, refused) = compactor.Compact(request);
        if (compaction is null)
            return refused!;
        compaction.RateLimit.WriteTo(context.Response.Headers, region.Value.Flavor);
        context.Features.Get<JournalEntry>()?.Made = compaction.Body.Id;
        return WireJson.Ok(compaction.Body);
    }
}
