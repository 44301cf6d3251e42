using System.Diagnostics.CodeAnalysis;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Finds what callers ask for by id, and enters into the ledger that they did. An id of another kind is refused before it is looked for.</summary>
internal sealed class ThreadLookup(RecentStore<StoredAssistant> assistants, ThreadStore threads, IdLedger ledger)
{
    public bool TryGetAssistant(string id, [NotNullWhen(true)] out StoredAssistant? found, [NotNullWhen(false)] out ApiError? fault)
    {
        found = null;
        fault = Misfit("assistant_id", id, ThreadIds.Assistant)
            ?? Asked(id, assistants.TryGet(id, out found), ThreadErrors.AssistantNotFound);
        return found is not null;
    }

    public bool TryGetThread(string id, [NotNullWhen(true)] out StoredThread? found, [NotNullWhen(false)] out ApiError? fault)
    {
        found = null;
        fault = Misfit("thread_id", id, ThreadIds.Thread)
            ?? Asked(id, threads.TryGet(id, out found), ThreadErrors.ThreadNotFound);
        return found is not null;
    }

    public bool TryGetMessage(string threadId, string id, [NotNullWhen(true)] out MessageBody? found, [NotNullWhen(false)] out ApiError? fault)
    {
        found = null;
        if (!TryGetThread(threadId, out var thread, out fault))
            return false;
        fault = Misfit("message_id", id, ThreadIds.Message)
            ?? Asked(id, (found = thread.Messages.Find(message => message.Id == id)) is not null, ThreadErrors.MessageNotFound);
        return found is not null;
    }

    public bool TryGetRun(string threadId, string id, [NotNullWhen(true)] out StoredRun? found, [NotNullWhen(false)] out ApiError? fault)
    {
        found = null;
        if (!TryGetThread(threadId, out var thread, out fault))
            return false;
        fault = Misfit("run_id", id, ThreadIds.Run)
            ?? Asked(id, (found = thread.Run(id)) is not null, ThreadErrors.RunNotFound);
        return found is not null;
    }

    public bool TryGetStep(string threadId, string runId, string id, [NotNullWhen(true)] out StepBody? found, [NotNullWhen(false)] out ApiError? fault)
    {
        found = null;
        if (!TryGetRun(threadId, runId, out var run, out fault))
            return false;
        fault = Misfit("step_id", id, ThreadIds.Step)
            ?? Asked(id, (found = run.Steps.Find(step => step.Id == id)) is not null, ThreadErrors.StepNotFound);
        return found is not null;
    }

    private static ApiError? Misfit(string param, string id, string prefix) =>
        id.StartsWith(prefix, StringComparison.Ordinal) ? null : ThreadErrors.InvalidId(param, id, prefix);

    private ApiError? Asked(string id, bool isKnown, Func<string, ApiError> notFound)
    {
        ledger.Asked(id, isKnown);
        return isKnown ? null : notFound(id);
    }
}
