using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary><c>/threads/{id}/runs</c>, <c>/threads/runs</c> and the steps of runs.</summary>
internal static class RunEndpoints
{
    // The only thing that can be asked for on top are results of a search that the region does not have.
    private const string SearchResults = "step_details.tool_calls[*].file_search.results[*].content";

    public static void MapRuns(this IEndpointRouteBuilder family)
    {
        family.MapPost("/threads/runs", CreateThreadAndRun);
        family.MapPost("/threads/{id}/runs", CreateRun);
        family.MapGet("/threads/{id}/runs", ListRuns);
        family.MapGet("/threads/{id}/runs/{runId}", (string id, string runId, ThreadLookup lookup) =>
            lookup.TryGetRun(id, runId, out var found, out var fault) ? ThreadJson.Ok(found.Body) : fault);
        family.MapPost("/threads/{id}/runs/{runId}/cancel", Cancel);
        family.MapPost("/threads/{id}/runs/{runId}/submit_tool_outputs", SubmitToolOutputs);
        family.MapGet("/threads/{id}/runs/{runId}/steps", ListSteps);
        family.MapGet("/threads/{id}/runs/{runId}/steps/{stepId}", (string id, string runId, string stepId, HttpRequest request, ThreadLookup lookup) =>
            lookup.TryGetStep(id, runId, stepId, out var found, out var fault) ? WrongInclude(request) ?? ThreadJson.Ok(found) : fault);
    }

    private static IResult CreateRun(
        string id, HttpContext context, ThreadLookup lookup, ThreadStore store, ThreadMaker maker, RunStarter starter, RunWorker worker, IdLedger ledger, TimeProvider time)
    {
        if (!lookup.TryGetThread(id, out _, out var unknown))
            return unknown;
        var (request, unreadable) = JsonBody.Read(context, RunRequest.ReadRun);
        if ((unreadable ?? WrongInclude(context.Request)) is { } wrong)
            return wrong;
        var (run, refused) = starter.Run(id, request!, LifetimeOf(context));
        if (run is null)
            return refused!;
        List<MessageBody> messages = [.. request!.AdditionalMessages.Select(message => message.In(id, time.GetUtcNow()))];
        var (changed, busy) = store.Change(id, thread => thread.Active is { } active ? (null, ThreadErrors.RunDuringRun(id, active.Body.Id)) : (thread.Add(messages).With(run), null));
        if (changed is null)
        {
            run.Work.Dispose();
            return busy ?? ThreadErrors.ThreadNotFound(id);
        }

        maker.Announce(messages);
        return Begin(context, run, worker, ledger, time);
    }

    private static IResult CreateThreadAndRun(
        HttpContext context, ThreadStore store, ThreadMaker maker, RunStarter starter, RunWorker worker, IdLedger ledger, TimeProvider time)
    {
        var (request, unreadable) = JsonBody.Read(context, RunRequest.ReadThreadAndRun);
        if ((unreadable ?? WrongInclude(context.Request)) is { } wrong)
            return wrong;
        var thread = maker.Make(ResourceId.Opaque(ThreadIds.Thread), request!.Thread!);
        var (run, refused) = starter.Run(thread.Id, request, LifetimeOf(context));
        if (run is null)
            return refused!;
        store.Add(thread.With(run));
        maker.Announce(thread);
        return Begin(context, run, worker, ledger, time, new RunEvent("thread.created", thread.Body));
    }

    private static IResult Begin(HttpContext context, StoredRun run, RunWorker worker, IdLedger ledger, TimeProvider time, params RunEvent[] before)
    {
        ledger.Minted(run.Body.Id);
        context.Features.Get<JournalEntry>()?.Made = run.Body.Id;
        return Answer(context, run, worker, time, [.. before, new RunEvent("thread.run.created", run.Body)]);
    }

    private static IResult SubmitToolOutputs(string id, string runId, HttpContext context, ThreadLookup lookup, ThreadStore store, RunStarter starter, RunWorker worker, TimeProvider time)
    {
        if (!lookup.TryGetRun(id, runId, out _, out var unknown))
            return unknown;
        var (request, unreadable) = JsonBody.Read(context, ToolAnswers.Read);
        if (request is null)
            return unreadable!;
        var (changed, refused) = store.Change(id, thread =>
        {
            if (thread.Run(runId) is not { } run)
                return (null, ThreadErrors.RunNotFound(runId));
            if (run.Body.RequiredAction is not { } action)
                return (null, ThreadErrors.NoToolOutputsNow(run.Body.Status));
            List<string> expected = [.. action.SubmitToolOutputs.ToolCalls.Select(call => call.Id)];
            List<string> got = [.. request.Answers.Select(answer => answer.CallId)];
            return got.Order().SequenceEqual(expected.Order()) && run.Submit(request.Answers, starter.NewWork(request.Stream), time.GetUtcNow()) is { } queued
                ? (thread.With(queued), null)
                : (null, ThreadErrors.WrongToolOutputs(expected, got));
        });
        if (changed?.Run(runId) is not { } submitted)
            return refused ?? ThreadErrors.RunNotFound(runId);
        return Answer(context, submitted, worker, time, [new RunEvent("thread.run.step.completed", submitted.Steps[^1])]);
    }

    private static IResult Answer(HttpContext context, StoredRun run, RunWorker worker, TimeProvider time, IEnumerable<RunEvent> opening)
    {
        var faults = context.Features.Get<RequestFaults>() ?? RequestFaults.None;
        worker.Start(run, faults, opening);
        return run.Work.IsRead ? new RunStreamResult(faults.Through(run.Work.Events.ReadAllAsync(CancellationToken.None), time)) : ThreadJson.Ok(run.Body);
    }

    private static IResult Cancel(string id, string runId, ThreadLookup lookup, ThreadStore store, RunWorker worker)
    {
        if (!lookup.TryGetRun(id, runId, out _, out var unknown))
            return unknown;
        var (changed, refused) = store.Change(id, thread => thread.Run(runId) switch
        {
            null => (null, ThreadErrors.RunNotFound(runId)),
            { } run when run.Cancel() is { } cancelling => (thread.With(cancelling), null),
            { } run => (null, ThreadErrors.CannotCancel(run.Body.Status)),
        });
        if (changed?.Run(runId) is not { } stopping)
            return refused ?? ThreadErrors.RunNotFound(runId);
        worker.Stop(stopping);
        return ThreadJson.Ok(stopping.Body);
    }

    private static IResult ListRuns(string id, HttpRequest request, ThreadLookup lookup)
    {
        if (!lookup.TryGetThread(id, out var found, out var unknown))
            return unknown;
        var (page, unreadable) = ListPage.Read(request.Query);
        return page is null ? unreadable! : page.Of(found.Runs.Select(run => run.Body), ThreadErrors.RunNotFound);
    }

    private static IResult ListSteps(string id, string runId, HttpRequest request, ThreadLookup lookup)
    {
        if (!lookup.TryGetRun(id, runId, out var found, out var unknown))
            return unknown;
        var (page, unreadable) = ListPage.Read(request.Query);
        return page is null ? unreadable! : WrongInclude(request) ?? page.Of(found.Steps, ThreadErrors.StepNotFound);
    }

    private static RunLifetime LifetimeOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RunLifetime>() ?? RunLifetime.Usual;

    private static IResult? WrongInclude(HttpRequest request) => request.Query
        .Where(entry => entry.Key == "include" || entry.Key.StartsWith("include[", StringComparison.Ordinal))
        .SelectMany(entry => entry.Value.OfType<string>())
        .Where(value => value != SearchResults)
        .Select(value => ParameterErrors.UnsupportedValue("include", value, SearchResults))
        .FirstOrDefault();
}
