using System.Text;
using System.Text.Json;
using SessionAware.Tests.CosmosEmulator;
using SessionAware.Tests.SessionStores;

namespace SessionAware.Tests.Replay;

/// <summary>One turn of a long conversation, and the very bytes of it that a replay must send.</summary>
/// <param name="Input">The <c>input</c> as it stands in the request.</param>
/// <param name="Streams">Whether the answer is a stream.</param>
internal sealed record LongTurn(string Input, bool Streams = false)
{
    /// <summary>The settings of a gateway over <paramref name="store"/>, <c>sqlite</c> or <c>cosmos</c>, which may take its time on a busy machine.</summary>
    public static async Task<(string Name, string? Value)[]> OverAsync(string store)
    {
        (string, string?)[] patient = [("Gateway:Sessions:StoreTimeout", "00:01:00")];
        return store == "sqlite"
            ? patient
            : [.. patient, ("Gateway:Sessions:Store", store), ("ConnectionStrings:cosmos", (await LocalCosmos.SharedAsync()).ConnectionString(CosmosStores.NewDatabase()))];
    }

    /// <summary>The request.</summary>
    public string Body(string? previous) =>
        $$"""{"model":"gpt-4o-mini","input":{{Input}}{{(Streams ? ",\"stream\":true" : "")}}{{(previous is null ? "" : $",\"previous_response_id\":\"{previous}\"")}}}""";

    /// <summary>The response in what the caller got.</summary>
    public JsonElement Response(string answer)
    {
        var json = Streams ? answer[(answer.LastIndexOf("\ndata: ", StringComparison.Ordinal) + "\ndata: ".Length)..] : answer;
        var root = JsonDocument.Parse(json).RootElement;
        return Streams ? root.GetProperty("response") : root;
    }

    /// <summary>The input's items, and the output's without their ids.</summary>
    public IEnumerable<string> Items(JsonElement response) =>
    [
        .. InputItems(Input),
        .. response.GetProperty("output").EnumerateArray().Select(item => item.GetRawText().Replace($"\"id\":\"{item.GetProperty("id").GetString()}\",", "", StringComparison.Ordinal)),
    ];

    /// <summary>What is sent where <paramref name="history"/> goes before <paramref name="input"/>.</summary>
    public static byte[] Replayed(IEnumerable<string> history, string input) =>
        Encoding.UTF8.GetBytes($$"""{"model":"gpt-4o-mini","input":[{{string.Join(',', history.Concat(InputItems(input)))}}]}""");

    /// <summary>A text is a message of the user's.</summary>
    private static IEnumerable<string> InputItems(string input) =>
        input[0] == '"' ? [$$"""{"type":"message","role":"user","content":{{input}}}"""] : [input[1..^1]];
}
