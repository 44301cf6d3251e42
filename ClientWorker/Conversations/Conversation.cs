using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using OpenAI.Responses;

namespace SessionAware.ClientWorker.Conversations;

/// <summary>One conversation through the official client: each turn names the response before it, until the script ends or a turn fails.</summary>
internal sealed class Conversation(ConversationClient client, string model, ConversationScript script, bool streaming, TimeProvider time) : IDisposable
{
    private const string UnknownError = "unknown_error";
    private const string ConnectionFailed = "connection_failed";

    private readonly List<TurnOutcome> _turns = [];
    private string? _previousResponseId;
    private string? _lastAnswer;

    /// <summary>Whether there is nothing more to say.</summary>
    public bool IsOver => _turns.Count == script.Prompts.Count || _turns is [.., { Answered: false }];

    /// <summary>What came of it.</summary>
    public ConversationOutcome Outcome => new(script, _turns, _turns is [.., { Answered: true }] ? _lastAnswer : null);

    /// <summary>Goes on until turn <paramref name="last"/> is over, or the conversation.</summary>
    public async Task ContinueAsync(int last, CancellationToken cancellationToken)
    {
        while (_turns.Count < last && !IsOver)
            _turns.Add(await SayAsync(script.Prompts[_turns.Count], cancellationToken) with { Retried = client.Attempts?.TakeRetried() ?? [] });
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<TurnOutcome> SayAsync(string prompt, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            return streaming ? await StreamAsync(prompt, began, cancellationToken) : await AskAsync(prompt, began, cancellationToken);
        }
        catch (ClientResultException refused)
        {
            var answer = refused.GetRawResponse();
            return Told(answer?.Headers, refused.Status, CodeOf(answer), time.GetElapsedTime(began));
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            return new(TurnOutcome.UnknownRegion, 0, ConnectionFailed, time.GetElapsedTime(began));
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            // A page of some proxy, or JSON of another kind: the client has no better word for it.
            return new(TurnOutcome.UnknownRegion, 0, "unreadable_answer", time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(TurnOutcome.UnknownRegion, 0, "timeout", time.GetElapsedTime(began));
        }
    }

    private async Task<TurnOutcome> AskAsync(string prompt, long began, CancellationToken cancellationToken)
    {
        var result = await client.Responses.CreateResponseAsync(model, prompt, _previousResponseId, cancellationToken);
        (_previousResponseId, _lastAnswer) = (result.Value.Id, result.Value.GetOutputText());
        var raw = result.GetRawResponse();
        var code = result.Value is { Status: ResponseStatus.Completed, Id.Length: > 0 } ? null : result.Value.Status?.ToString().ToLowerInvariant() ?? "unreadable_answer";
        return Told(raw.Headers, raw.Status, code, time.GetElapsedTime(began));
    }

    private async Task<TurnOutcome> StreamAsync(string prompt, long began, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        TimeSpan? firstEvent = null;
        string? code = "stream_ended_early";
        await using var stream = await client.Responses.CreateResponseStreamingAsync(model, prompt, _previousResponseId, cancellationToken);
        // The enumeration disposes the stream, headers included.
        var told = Told(stream.Headers, stream.Status, code: null, elapsed: default);
        await foreach (var update in stream.WithCancellation(cancellationToken))
        {
            firstEvent ??= time.GetElapsedTime(began);
            switch (update)
            {
                case StreamingResponseOutputTextDeltaUpdate delta:
                    text.Append(delta.Delta);
                    break;
                case StreamingResponseCompletedUpdate completed:
                    (_previousResponseId, code) = (completed.Response.Id, null);
                    break;
                case StreamingResponseErrorUpdate error:
                    code = error.Code ?? "error";
                    break;
                case StreamingResponseFailedUpdate failed:
                    code = failed.Response.Error?.Code.ToString() ?? "response_failed";
                    break;
            }
        }

        _lastAnswer = text.ToString();
        return told with { Code = code, Elapsed = time.GetElapsedTime(began), FirstEvent = firstEvent };
    }

    private static TurnOutcome Told(PipelineResponseHeaders? headers, int status, string? code, TimeSpan elapsed)
    {
        string? Header(string name) => headers is not null && headers.TryGetValue(name, out var value) && value is { Length: > 0 } ? value : null;
        return new(Header("x-backend-region") ?? TurnOutcome.UnknownRegion, status, code, elapsed)
        {
            Backend = Header("x-backend-id"),
            Affinity = Header("x-session-affinity"),
            Replay = Header("x-session-replay"),
        };
    }

    private static string CodeOf(PipelineResponse? answer)
    {
        // The client wraps a connection that could not be made in the exception of a refused request.
        if (answer is null)
            return ConnectionFailed;
        try
        {
            using var body = JsonDocument.Parse(answer.Content.ToMemory());
            // API Management's own word, {"statusCode","message"}: no backend was asked.
            if (body.RootElement.TryGetProperty("statusCode", out _))
                return TurnOutcome.RefusedByApiManagement;
            var error = body.RootElement.GetProperty("error");
            return error.GetProperty("code").GetString() ?? error.GetProperty("type").GetString() ?? UnknownError;
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return UnknownError;
        }
    }
}
