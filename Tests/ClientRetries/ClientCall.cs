using System.Text.Json.Nodes;
using SessionAware.Tests.Replay;

namespace SessionAware.Tests.ClientRetries;

/// <summary>One call of an official client that retries as it comes.</summary>
/// <param name="Exchanges">Every answer that it was given on the wire, as <see cref="Describe"/> puts it: more than one where the client has sent the request again.</param>
/// <param name="Outcome">What its caller got: the response's status, or the error's status and code.</param>
/// <param name="Id">The response.</param>
/// <param name="Text">What the response says.</param>
public sealed record ClientCall(IReadOnlyList<string> Exchanges, string Outcome, string? Id, string Text)
{
    /// <summary>As <c>retries.mjs</c> tells it.</summary>
    public static ClientCall Of(JsonNode told) => new(
        [.. told["exchanges"]!.AsArray().Select(exchange => Describe(
            exchange!["status"]!.GetValue<int>(), exchange["code"]?.GetValue<string>(), name => exchange["headers"]![name]?.GetValue<string>()))],
        told["outcome"]!.GetValue<string>(),
        told["id"]?.GetValue<string>(),
        told["text"]!.GetValue<string>());

    /// <summary>
    /// An answer in a few words: status, backend, what became of the session and the number of the sending, "200 westus replayed #2"; of an error its code, when
    /// to come back, and whether it says that nobody should, "409 execution_uncertain for good".
    /// </summary>
    public static string Describe(int status, string? code, Func<string, string?> header)
    {
        string?[] words = status < 300
            ? [header("x-session-served-from") ?? header("x-backend-id"), header("x-session-affinity"), header("x-session-attempt") is { } number ? $"#{number}" : null]
            : [code, header("retry-after") is { } seconds ? $"after {seconds}" : null, header("x-should-retry") == "false" ? "for good" : null];
        return string.Join(' ', [$"{status}", .. words.Where(word => word is not null)]);
    }

    /// <summary>The caller got a response that knows what was said before, after these answers.</summary>
    public void AssertServed(params string[] exchanges)
    {
        Assert.Equal(exchanges, Exchanges);
        Assert.Equal("completed", Outcome);
        Assert.Contains("Ada", Text, StringComparison.Ordinal);
    }

    /// <summary>The caller got this error, and the client did not send the request again.</summary>
    public void AssertRefusedForGood(string code, int status = 409)
    {
        Assert.Equal([$"{status} {code} for good"], Exchanges);
        Assert.Equal($"{status} {code}", Outcome);
    }
}
