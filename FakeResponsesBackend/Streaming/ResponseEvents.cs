using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>The events of a text answer, in the recorded order.</summary>
internal static class ResponseEvents
{
    /// <summary>
    /// <c>created</c>, <c>in_progress</c>, <c>output_item.added</c>, <c>content_part.added</c>, one <c>output_text.delta</c> a token,
    /// <c>output_text.done</c>, <c>content_part.done</c>, <c>output_item.done</c>, <c>completed</c> or <c>incomplete</c>.
    /// </summary>
    /// <param name="turn">The turn.</param>
    /// <param name="obfuscate">Whether deltas are padded.</param>
    /// <param name="finish">Finishes and stores the turn; called when its last event is due, so that a hang-up before leaves no trace.</param>
    public static IEnumerable<ResponseEvent> Of(ResponseTurn turn, bool obfuscate, Func<StoredResponse> finish)
    {
        var number = 0;
        var message = turn.Message("in_progress");
        yield return new ResponseSnapshotEvent("response.created", number++, turn.InProgress);
        yield return new ResponseSnapshotEvent("response.in_progress", number++, turn.InProgress);
        yield return new OutputItemEvent("response.output_item.added", number++, message);
        yield return new ContentPartEvent("response.content_part.added", number++, message.Id, new OutputText(""));
        foreach (var delta in turn.Deltas)
            yield return new OutputTextDeltaEvent(number++, message.Id, delta) { Obfuscation = obfuscate ? Obfuscation.For(delta) : null };

        var text = new OutputText(turn.Text);
        yield return new OutputTextDoneEvent(number++, message.Id, text.Text);
        yield return new ContentPartEvent("response.content_part.done", number++, message.Id, text);
        yield return new OutputItemEvent("response.output_item.done", number++, turn.Message(turn.FinalStatus, text));
        yield return new ResponseSnapshotEvent($"response.{turn.FinalStatus}", number, finish().Body);
    }
}
