namespace SessionAware.Tests.Worlds;

/// <summary>Responses in the background as their caller sees them.</summary>
public static class Background
{
    /// <summary>Asks for a response in the background.</summary>
    public static Task<Answer> BeginAsync(this Caller caller, string input, bool stream = false) =>
        caller.CreateAsync(new { model = "gpt-4o-mini", input, background = true, stream });

    public static Task<Answer> RetrieveAsync(this Caller caller, string id) => caller.GetAsync($"openai/v1/responses/{id}");

    /// <summary>Streams a response again, with a query beside <c>stream=true</c>.</summary>
    public static Task<Answer> StreamAgainAsync(this Caller caller, string id, string query = "") => caller.GetAsync($"openai/v1/responses/{id}?stream=true{query}");

    public static Task<Answer> CancelAsync(this Caller caller, string id) => caller.SendAsync(HttpMethod.Post, $"openai/v1/responses/{id}/cancel");

    public static Task<Answer> DeleteAsync(this Caller caller, string path) => caller.SendAsync(HttpMethod.Delete, $"openai/v1/{path}");

    /// <summary>Asks until the response has ended.</summary>
    public static async Task<Answer> EndOfAsync(this Caller caller, string id)
    {
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            tooLong.Token.ThrowIfCancellationRequested();
            var answer = await caller.RetrieveAsync(id);
            if (answer.Status != 200 || Status(answer) is not ("queued" or "in_progress"))
                return answer;
        }
    }

    public static string Status(Answer answer) => answer.Json["status"]!.GetValue<string>();

    /// <summary>How many responses, or conversations, a region holds and roughly how many bytes.</summary>
    public static async Task<(int Count, long Bytes)> HeldAsync(this Caller caller, string what = "responses")
    {
        var held = (await caller.GetAsync("_emulator")).Json[what]!;
        return (held["count"]!.GetValue<int>(), held["bytes"]!.GetValue<long>());
    }
}
