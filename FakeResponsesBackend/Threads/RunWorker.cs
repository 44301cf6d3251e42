using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>
/// Works for runs in the background, whether or not anybody polls: ① queued ② in progress ③ prompt and quota ④ the model ⑤ calls or a message.
/// Every state is in the store before its event is seen.
/// </summary>
internal sealed partial class RunWorker(
    ThreadStore store, RunStarter starter, DeploymentCatalog catalog, RegionModel model, PromptCache cache, LatencyModel latency, EventPace pace, IdLedger ledger,
    TimeProvider time, ILogger<RunWorker> logger)
{
    private const string ServerError = "server_error";

    /// <summary>Begins to work for a queued run that is stored.</summary>
    /// <param name="run">The run.</param>
    /// <param name="faults">What was ordered to go wrong with the request that asked for the work.</param>
    /// <param name="opening">Events that come before the run is seen as queued.</param>
    public void Start(StoredRun run, RequestFaults faults, params IEnumerable<RunEvent> opening)
    {
        foreach (var first in opening)
            run.Work.Append(first);
        _ = Task.Run(() => GuardAsync(run, stopping => WorkAsync(run, faults, stopping)), CancellationToken.None);
    }

    /// <summary>Stops the work for a run that is being cancelled.</summary>
    public void Stop(StoredRun run)
    {
        var ending = run with { Work = starter.HandOn(run.Work) };
        _ = Task.Run(() => GuardAsync(ending, async stopping =>
        {
            await TellAsync(ending, new("thread.run.cancelling", run.Body), stopping);
            if (Change(run, known => known.Stop(time.GetUtcNow())) is { } stopped)
                await TellAsync(ending, new("thread.run.cancelled", stopped.Run.Body), stopping);
        }), CancellationToken.None);
    }

    private async Task GuardAsync(StoredRun run, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(run.Work.Stopped);
        }
        catch (OperationCanceledException)
        {
            // Cancelled, deleted, or the region stops: who did it says how the run ends.
        }
        catch (Exception bug)
        {
            LogBug(logger, run.Body.Id, bug);
            Change(run, known => known.Fail(new(ServerError, "Sorry, something went wrong."), time.GetUtcNow()));
        }
        finally
        {
            run.Work.Dispose();
        }
    }

    private async Task WorkAsync(StoredRun run, RequestFaults faults, CancellationToken stopping)
    {
        await TellAsync(run, new("thread.run.queued", run.Body), stopping);
        if (Change(run, known => known.Begin(time.GetUtcNow())) is not { } begun)
            return;
        await TellAsync(run, new("thread.run.in_progress", begun.Run.Body), stopping);

        if (!catalog.TryFind(run.Body.Model, out var deployment))
            throw new InvalidOperationException("Deployments do not change while the region runs.");
        var prompt = RunPrompt.Of(begun.Thread, begun.Run, deployment);
        if (!prompt.Fits)
        {
            await EndAsync(run, known => known.Answer(starter.Usage(0, 0, 0, 0), "max_prompt_tokens", time.GetUtcNow()), stopping);
            return;
        }

        if (catalog.Admit(deployment, prompt.Tokens).Fault is { } throttled)
        {
            await EndAsync(run, known => known.Fail(new("rate_limit_exceeded", throttled.Message), time.GetUtcNow()), stopping);
            return;
        }

        var leg = Plan(begun.Run, prompt, deployment, faults);
        if (leg.Delay > TimeSpan.Zero)
            await Task.Delay(leg.Delay, time, stopping);
        catalog.Count(deployment, leg.Usage.CompletionTokens);
        await (leg.Calls.Count > 0 ? CallAsync(begun.Run, leg, stopping) : SayAsync(begun.Run, leg, stopping));
    }

    private RunLeg Plan(StoredRun run, RunPrompt prompt, Deployment deployment, RequestFaults faults)
    {
        var answer = model.Answer(prompt.Seen);
        var reasoning = ReasoningEffort.Tokens(deployment.EffortOf(run.Effort));
        List<Draft> drafts = [.. answer.Drafts];
        if (reasoning > 0 && drafts[0] is not ReasoningDraft)
            drafts.Insert(0, Thoughts.About(prompt.Seen));
        var plans = OutputPlan.Of(
            drafts, new(null, reasoning, SummarizeReasoning: false, thoughts => thoughts, prompt.Seen.Tools.Count > 0, prompt.Seen.ToolChoice.Forces(prompt.Seen.Tools) is not null, MakesOneCall: false),
            run.Body.MaxCompletionTokens - run.Spent.CompletionTokens, prefix => ResourceId.Opaque(prefix));
        var cached = cache.Read(
            $"{deployment.Name}\n{run.Body.Instructions}\n{string.Join('\n', run.Body.Tools.Select(tool => tool.Function))}", prompt.HeadTokens, History.Empty, prompt.Seen.Items, extended: false);
        return new RunLeg
        {
            // A call that the limit cut is no call: its arguments are no JSON.
            Calls = [.. plans.Where(plan => plan is { Finished: FunctionCallItem, IsCut: false })],
            Message = plans.FirstOrDefault(plan => plan.Finished is MessageItem),
            Limit = plans.Any(plan => plan.IsCut) ? "max_completion_tokens" : null,
            Usage = starter.Usage(prompt.Tokens, cached, plans.Sum(plan => plan.Tokens), plans.Sum(plan => plan.ReasoningTokens)),
            Delay = answer.Delay,
            Faults = faults,
            Clock = latency.Start(faults.Latency),
        };
    }

    /// <summary>The model calls tools: the run waits for their outputs.</summary>
    private async Task CallAsync(StoredRun run, RunLeg leg, CancellationToken stopping)
    {
        if (await TakeAsync(run, leg, new CallStep([]), stopping) is not { } step)
            return;
        foreach (var (index, plan) in leg.Calls.Index())
        {
            var call = (FunctionCallItem)plan.Finished;
            await TellAsync(run, new("thread.run.step.delta", StepDeltaBody.Of(step.Id, CallDelta.First(index, call.CallId, call.Name))), stopping);
            foreach (var piece in plan.Deltas)
            {
                if (!await SpeakAsync(run, leg, new("thread.run.step.delta", StepDeltaBody.Of(step.Id, CallDelta.Next(index, piece)), piece), stopping))
                    return;
            }
        }

        List<FunctionCallItem> calls = [.. leg.Calls.Select(plan => (FunctionCallItem)plan.Finished)];
        if (Change(run, known => known.AskForOutputs(calls, leg.Usage)) is { } waiting)
            await TellAsync(run, new("thread.run.requires_action", waiting.Run.Body), stopping);
    }

    /// <summary>The model answers: the message is in the thread when the run has ended.</summary>
    private async Task SayAsync(StoredRun run, RunLeg leg, CancellationToken stopping)
    {
        if (leg.Message is not { Finished: MessageItem said } plan)
        {
            await EndAsync(run, known => known.Answer(leg.Usage, leg.Limit, time.GetUtcNow()), stopping);
            return;
        }

        var begun = time.GetUtcNow().ToUnixTimeSeconds();
        var message = new MessageBody
        {
            Id = said.Id,
            CreatedAt = begun,
            AssistantId = run.Body.AssistantId,
            ThreadId = run.Body.ThreadId,
            RunId = run.Body.Id,
            Role = "assistant",
            Content = [said.Content[0] is Refusal refusal ? new RefusalPart(refusal.Text) : new TextPart(new(said.Content[0].PlainText))],
        };
        if (await TakeAsync(run, leg, new MessageStep(new(said.Id)), stopping) is not { } step)
            return;
        await TellAsync(run, new("thread.message.created", StreamedMessageBody.Begun(message)), stopping);
        await TellAsync(run, new("thread.message.in_progress", StreamedMessageBody.Begun(message)), stopping);
        foreach (var (index, piece) in plan.Deltas.Index())
        {
            var delta = MessageDeltaBody.Of(said.Id, piece, index == 0, message.Content[0] is RefusalPart);
            if (!await SpeakAsync(run, leg, new("thread.message.delta", delta, piece), stopping))
                return;
        }

        var now = time.GetUtcNow();
        ledger.Minted(message.Id);
        if (Change(run, known => known.Answer(leg.Usage, leg.Limit, now), message) is not { } ended)
            return;
        await TellAsync(run, new(leg.Limit is null ? "thread.message.completed" : "thread.message.incomplete", StreamedMessageBody.Ended(message, leg.Limit, now.ToUnixTimeSeconds())), stopping);
        await TellAsync(run, new("thread.run.step.completed", ended.Run.Steps.Find(known => known.Id == step.Id)!), stopping);
        await TellAsync(run, new($"thread.run.{ended.Run.Body.Status}", ended.Run.Body), stopping);
    }

    private async Task<StepBody?> TakeAsync(StoredRun run, RunLeg leg, StepDetails details, CancellationToken stopping)
    {
        var step = new StepBody
        {
            Id = ResourceId.Opaque(ThreadIds.Step),
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            RunId = run.Body.Id,
            AssistantId = run.Body.AssistantId,
            ThreadId = run.Body.ThreadId,
            ExpiresAt = run.Body.ExpiresAt,
            Details = details,
        };
        var created = new RunEvent("thread.run.step.created", step);
        await leg.Clock.WaitAsync(created, stopping);
        if (await FailedAsync(run, leg, stopping) || Change(run, known => known.Take(step)) is null)
            return null;
        ledger.Minted(step.Id);
        await TellAsync(run, created, stopping);
        await TellAsync(run, new("thread.run.step.in_progress", step), stopping);
        return step;
    }

    private async Task<bool> SpeakAsync(StoredRun run, RunLeg leg, RunDeltaEvent delta, CancellationToken stopping)
    {
        if (await FailedAsync(run, leg, stopping))
            return false;
        await leg.Clock.WaitAsync(delta, stopping);
        await TellAsync(run, delta, stopping);
        return true;
    }

    /// <summary>An error that was ordered for the stream strikes the run itself: that is what its stream shows.</summary>
    private async Task<bool> FailedAsync(StoredRun run, RunLeg leg, CancellationToken stopping)
    {
        if (leg.Faults.StreamError is not { } fault || run.Work.Count < fault.AfterEvents)
            return false;
        var code = fault.Error.Type == ServerError ? ServerError : "rate_limit_exceeded";
        await EndAsync(run, known => known.Fail(new(code, fault.Error.Message), time.GetUtcNow()), stopping);
        return true;
    }

    private async Task EndAsync(StoredRun run, Func<StoredRun, StoredRun?> end, CancellationToken stopping)
    {
        if (Change(run, end) is { } ended)
            await TellAsync(run, new($"thread.run.{ended.Run.Body.Status}", ended.Run.Body), stopping);
    }

    private (StoredThread Thread, StoredRun Run)? Change(StoredRun run, Func<StoredRun, StoredRun?> change, params IReadOnlyCollection<MessageBody> messages) =>
        store.ChangeRun(run.Body.ThreadId, run.Body.Id, change, messages) is { } thread ? (thread, thread.Run(run.Body.Id)!) : null;

    private async Task TellAsync(StoredRun run, RunEvent next, CancellationToken stopping)
    {
        run.Work.Append(next with { SequenceNumber = run.Work.Count });
        await pace.WaitAsync(next, stopping);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} failed by a fault of the region itself.")]
    private static partial void LogBug(ILogger logger, string runId, Exception bug);
}
