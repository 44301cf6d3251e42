using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>The events of a turn, in the recorded order.</summary>
internal static class ResponseEvents
{
    /// <summary>
    /// <c>created</c>, in the background <c>queued</c>, <c>in_progress</c>, then each output item from <c>output_item.added</c> to
    /// <c>output_item.done</c>, and the terminal event.
    /// </summary>
    /// <param name="turn">The turn.</param>
    /// <param name="started">Called when the model begins.</param>
    /// <param name="finish">Finishes and stores the turn; called when its last event is due, so that a hang-up before leaves no trace.</param>
    public static IEnumerable<ResponseEvent> Of(ResponseTurn turn, Action<StoredResponse> started, Func<StoredResponse> finish) =>
        Unnumbered(turn, started, finish).Select((next, number) => next with { SequenceNumber = number });

    private static IEnumerable<ResponseEvent> Unnumbered(ResponseTurn turn, Action<StoredResponse> started, Func<StoredResponse> finish)
    {
        yield return new ResponseSnapshotEvent("response.created", turn.Begun);
        if (turn.Request.Background)
            yield return new ResponseSnapshotEvent("response.queued", turn.Begun);
        var begun = turn.At(ResponseStatus.InProgress);
        started(begun);
        yield return new ResponseSnapshotEvent("response.in_progress", begun.Body);

        var obfuscate = turn.Request is { IncludeObfuscation: true, Background: false, Stream: true };
        foreach (var (index, plan) in turn.Output.Index())
        {
            yield return new OutputItemEvent("response.output_item.added", index, plan.Begun);
            foreach (var next in Within(plan, index, obfuscate))
                yield return next;
            yield return new OutputItemEvent("response.output_item.done", index, plan.Finished);
        }

        var finished = finish();
        yield return new ResponseSnapshotEvent($"response.{finished.Body.Status}", finished.Body);
    }

    private static IEnumerable<ResponseEvent> Within(OutputPlan plan, int index, bool obfuscate)
    {
        string? Pad(string delta) => obfuscate ? Obfuscation.For(delta) : null;
        var id = plan.Finished.Id;
        switch (plan.Finished)
        {
            case MessageItem { Content: [OutputText text] }:
                yield return new ContentPartEvent("response.content_part.added", id, index, new OutputText(""));
                foreach (var (number, delta) in plan.Deltas.Index())
                {
                    IReadOnlyList<TokenLogprob> logprobs = text.Logprobs.Count > number ? [text.Logprobs[number]] : [];
                    yield return new TextDeltaEvent("response.output_text.delta", id, index, delta) { Logprobs = logprobs, Obfuscation = Pad(delta) };
                }

                yield return new TextDoneEvent(id, index, text.Text) { Logprobs = text.Logprobs };
                yield return new ContentPartEvent("response.content_part.done", id, index, text with { Logprobs = [] });
                break;

            case MessageItem { Content: [Refusal refusal] }:
                yield return new ContentPartEvent("response.content_part.added", id, index, new Refusal(""));
                foreach (var delta in plan.Deltas)
                    yield return new TextDeltaEvent("response.refusal.delta", id, index, delta) { Obfuscation = Pad(delta) };
                yield return new RefusalDoneEvent(id, index, refusal.Text);
                yield return new ContentPartEvent("response.content_part.done", id, index, refusal);
                break;

            case FunctionCallItem call:
                foreach (var delta in plan.Deltas)
                    yield return new CallDeltaEvent("response.function_call_arguments.delta", id, index, delta) { Obfuscation = Pad(delta) };
                yield return new ArgumentsDoneEvent(id, index, call.Name, call.Arguments);
                break;

            case CustomToolCallItem call:
                foreach (var delta in plan.Deltas)
                    yield return new CallDeltaEvent("response.custom_tool_call_input.delta", id, index, delta) { Obfuscation = Pad(delta) };
                yield return new CustomInputDoneEvent(id, index, call.Input);
                break;

            case ReasoningItem { Summary: [var summary] }:
                yield return new SummaryPartEvent("response.reasoning_summary_part.added", id, index, new SummaryText(""));
                foreach (var delta in plan.Deltas)
                    yield return new SummaryDeltaEvent(id, index, delta) { Obfuscation = Pad(delta) };
                yield return new SummaryDoneEvent(id, index, summary.Text);
                yield return new SummaryPartEvent("response.reasoning_summary_part.done", id, index, summary);
                break;

            default:
                break;
        }
    }
}
