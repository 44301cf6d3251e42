using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary><c>/threads</c> and the messages in them, with everything that thread-based agents need besides.</summary>
internal static class ThreadEndpoints
{
    public static void AddThreads(this IServiceCollection services)
    {
        services.AddSingleton<RecentStore<StoredAssistant>>();
        services.AddSingleton<RecentStore<StoredThread>>();
        services.AddSingleton<ThreadStore>();
        services.AddSingleton<ThreadLookup>();
        services.AddSingleton<ThreadMaker>();
        services.AddSingleton<RunStarter>();
        services.AddSingleton<RunWorker>();
    }

    /// <summary>Maps the family under one path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="lifetime">How long runs made there may take.</param>
    public static void MapThreads(this RouteGroupBuilder path, RunLifetime lifetime)
    {
        var family = path.MapGroup("").WithMetadata(lifetime).AddEndpointFilter(AskForBetaAsync);
        family.MapAssistants();
        family.MapPost("/threads", Create);
        family.MapGet("/threads/{id}", Retrieve);
        family.MapPost("/threads/{id}", Update);
        family.MapDelete("/threads/{id}", Delete);
        family.MapPost("/threads/{id}/messages", AddMessage);
        family.MapGet("/threads/{id}/messages", ListMessages);
        family.MapGet("/threads/{id}/messages/{messageId}", (string id, string messageId, ThreadLookup lookup) =>
            lookup.TryGetMessage(id, messageId, out var found, out var fault) ? ThreadJson.Ok(found) : fault);
        family.MapRuns();
    }

    /// <summary>OpenAI wants its header; Azure's clients send it too, and Azure does without.</summary>
    private static ValueTask<object?> AskForBetaAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<IOptions<RegionOptions>>().Value.Flavor == ApiFlavor.OpenAI
            && !context.HttpContext.Request.Headers["OpenAI-Beta"].ToString().Contains("assistants=v2", StringComparison.Ordinal)
            ? ValueTask.FromResult<object?>(ThreadErrors.MissingBeta())
            : next(context);

    private static IResult Create(HttpContext context, ThreadMaker maker, ThreadStore store)
    {
        var (request, unreadable) = JsonBody.Read(context, ThreadRequest.ReadCreate, optional: true);
        if (request is null)
            return unreadable!;
        var thread = maker.Make(ResourceId.Opaque(ThreadIds.Thread), request);
        store.Add(thread);
        maker.Announce(thread);
        context.Features.Get<JournalEntry>()?.Made = thread.Id;
        return ThreadJson.Ok(thread.Body);
    }

    private static IResult Retrieve(string id, ThreadLookup lookup, IOptions<RegionOptions> region)
    {
        if (!lookup.TryGetThread(id, out var found, out var fault))
            return fault;
        return ThreadJson.Ok(region.Value.Flavor == ApiFlavor.OpenAI ? found.Body with { ToolResources = ToolResources.Spelt } : found.Body);
    }

    private static IResult Update(string id, HttpContext context, ThreadLookup lookup, ThreadStore store)
    {
        if (!lookup.TryGetThread(id, out _, out var unknown))
            return unknown;
        var (request, unreadable) = JsonBody.Read(context, ThreadRequest.ReadUpdate, optional: true);
        if (request is null)
            return unreadable!;
        var (changed, _) = store.Change(id, thread => (thread with { Body = thread.Body with { Metadata = request.Metadata ?? thread.Body.Metadata } }, null));
        return changed is null ? ThreadErrors.ThreadNotFound(id) : ThreadJson.Ok(changed.Body);
    }

    private static IResult Delete(string id, ThreadLookup lookup, ThreadStore store)
    {
        if (!lookup.TryGetThread(id, out _, out ApiError? fault))
            return fault;
        return store.Remove(id) ? ThreadJson.Ok(new DeletedBody(id, "thread.deleted")) : ThreadErrors.ThreadNotFound(id);
    }

    private static IResult AddMessage(string id, HttpContext context, ThreadLookup lookup, ThreadStore store, IdLedger ledger, TimeProvider time)
    {
        if (!lookup.TryGetThread(id, out _, out var unknown))
            return unknown;
        var (request, unreadable) = JsonBody.Read(context, NewMessage.Read);
        if (request is null)
            return unreadable!;
        var message = request.In(id, time.GetUtcNow());
        var (changed, busy) = store.Change(id, thread => thread.Active is { } run ? (null, ThreadErrors.MessageDuringRun(id, run.Body.Id)) : (thread.Add([message]), null));
        if (changed is null)
            return busy ?? ThreadErrors.ThreadNotFound(id);
        ledger.Minted(message.Id);
        context.Features.Get<JournalEntry>()?.Made = message.Id;
        return ThreadJson.Ok(message);
    }

    private static IResult ListMessages(string id, HttpRequest request, ThreadLookup lookup)
    {
        if (!lookup.TryGetThread(id, out var found, out var unknown))
            return unknown;
        var (page, unreadable) = ListPage.Read(request.Query);
        var runId = request.Query["run_id"].ToString();
        return page is null ? unreadable! : page.Of(found.Messages.Where(message => runId.Length == 0 || message.RunId == runId), ThreadErrors.MessageNotFound);
    }
}
