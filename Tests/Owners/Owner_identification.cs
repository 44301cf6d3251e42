using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>Callers are known by the keys of their subscriptions, and whoever is not known gets nowhere.</summary>
public sealed class Owner_identification
{
    [Theory]
    [InlineData("api-key", "")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer  ")]
    [InlineData("Ocp-Apim-Subscription-Key", "")]
    public async Task Subscription_is_known_by_its_key_wherever_clients_put_it(string header, string before)
    {
        await using var world = await OwnersWorld.StartAsync();
        using var byApiKey = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var nobody = new Caller(world.Second.Url, apiKey: null);
        var mine = await SayAsync(byApiKey, "My name is Ada.");

        var answer = await SayAsync(nobody, "Who am I?", mine.Id, (header, before + OwnersWorld.KeyOfA));

        Assert.Equal((200, "pinned", "response"), (answer.Status, answer.Header("x-session-affinity"), answer.Header("x-session-key")));
        Assert.Contains("Ada", answer.OutputText, StringComparison.Ordinal);
        var stranger = await SayAsync(nobody, "Who am I?", mine.Id, (header, before + OwnersWorld.KeyOfB));
        Assert.Equal((400, "previous_response_not_found"), (stranger.Status, CodeOf(stranger)));
    }

    [Fact]
    public async Task Same_key_in_two_headers_is_one_credential()
    {
        await using var world = await OwnersWorld.StartAsync();
        using var caller = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);

        Assert.Equal(200, (await SayAsync(caller, "Hi", previous: null, ("Authorization", $"Bearer {OwnersWorld.KeyOfA}"))).Status);
    }

    public static TheoryData<string, string[]> Refused => new()
    {
        { "missing", [] },
        { "wrong", ["api-key: wrong"] },
        { "wrong as a bearer", ["Authorization: Bearer wrong"] },
        { "empty", ["api-key: "] },
        { "empty bearer", ["Authorization: Bearer "] },
        { "bearer alone", ["Authorization: Bearer"] },
        { "another scheme", [$"Authorization: Basic {OwnersWorld.KeyOfA}"] },
        { "no scheme", [$"Authorization: {OwnersWorld.KeyOfA}"] },
        { "its hash", [$"api-key: {OwnersWorld.HashOf(OwnersWorld.KeyOfA)}"] },
        { "another case", [$"api-key: {OwnersWorld.KeyOfA.ToUpperInvariant()}"] },
        { "its beginning", [$"api-key: {OwnersWorld.KeyOfA[..^1]}"] },
        { "another header", [$"x-api-key: {OwnersWorld.KeyOfA}"] },
        { "a name for a key", ["api-key: a", "x-subscription-id: a"] },
        { "two keys in two lines", [$"api-key: {OwnersWorld.KeyOfA}", $"api-key: {OwnersWorld.KeyOfB}"] },
        { "two keys in one line", [$"api-key: {OwnersWorld.KeyOfA}, {OwnersWorld.KeyOfA}"] },
        { "contradicting headers", [$"api-key: {OwnersWorld.KeyOfA}", $"Authorization: Bearer {OwnersWorld.KeyOfB}"] },
        { "a good and a wrong one", [$"api-key: {OwnersWorld.KeyOfA}", "Ocp-Apim-Subscription-Key: wrong"] },
        { "a good and an empty one", [$"api-key: {OwnersWorld.KeyOfA}", "Ocp-Apim-Subscription-Key: "] },
        { "a good one and another scheme", [$"api-key: {OwnersWorld.KeyOfA}", "Authorization: Basic eDp5"] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Unknown_caller_is_refused_and_nothing_is_sent(string what, string[] headers)
    {
        await using var world = await OwnersWorld.StartAsync();
        const string body = """{"model":"gpt-4o-mini","input":"Hi"}""";

        using var raw = await RawHttp.SendAsync(
            world.First.Url,
            $"POST /{OwnersWorld.Api}/responses HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}");
        var head = await raw.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 401 ", head, StringComparison.Ordinal);
        Golden.AssertSame(
            Refusal.Body("Access denied: a valid subscription key (api-key, or Authorization: Bearer) or token is needed, and one alone.", param: null, "invalid_api_key"),
            string.Concat(await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken)));
        Assert.True((await world.SentAsync()).Count == 0, what);
        Assert.DoesNotContain("x-backend", head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("GET", "responses/resp_1")]
    [InlineData("DELETE", "conversations/conv_1")]
    [InlineData("GET", "models")]
    [InlineData("POST", "chat/completions")]
    [InlineData("GET", "files")]
    public async Task Unknown_caller_is_refused_whatever_they_ask_for(string method, string path)
    {
        await using var world = await OwnersWorld.StartAsync();
        using var nobody = new Caller(world.First.Url);

        Assert.Equal(401, (await nobody.SendAsync(new HttpMethod(method), $"{OwnersWorld.Api}/{path}")).Status);
        Assert.Empty(await world.SentAsync());
    }

    [Fact]
    public async Task Keys_rotate_and_what_the_subscription_owns_stays()
    {
        const string newKey = "the-new-key-of-subscription-a";
        await using var world = await OwnersWorld.StartAsync();
        using var before = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        var mine = await SayAsync(before, "My name is Ada.");

        var both = await world.StartGatewayAsync([.. OwnersWorld.TwoSubscriptions, ("Gateway:Owners:Subscriptions:0:KeyHashes:1", OwnersWorld.HashOf(newKey))]);
        using var oldAtBoth = new Caller(both.Url, apiKey: OwnersWorld.KeyOfA);
        using var newAtBoth = new Caller(both.Url, apiKey: newKey);
        Assert.Equal(200, (await SayAsync(oldAtBoth, "Who am I?", mine.Id)).Status);
        var second = await SayAsync(newAtBoth, "Who am I?", mine.Id);
        Assert.Contains("Ada", second.OutputText, StringComparison.Ordinal);

        var rotated = await world.StartGatewayAsync(OwnersWorld.Subscriptions(("a", newKey), ("b", OwnersWorld.KeyOfB)));
        using var oldAfter = new Caller(rotated.Url, apiKey: OwnersWorld.KeyOfA);
        using var newAfter = new Caller(rotated.Url, apiKey: newKey);
        Assert.Contains("Ada", (await SayAsync(newAfter, "Who am I?", second.Id)).OutputText, StringComparison.Ordinal);
        Assert.Equal(401, (await SayAsync(oldAfter, "Who am I?", second.Id)).Status);
    }

    [Fact]
    public async Task What_was_made_while_everybody_was_let_in_is_nobodys_once_callers_are_known()
    {
        await using var world = await OwnersWorld.StartAsync();
        var open = await world.StartGatewayAsync([("Gateway:Owners:AllowAnonymous", "true")]);
        using var anybody = new Caller(open.Url);
        using var known = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        var made = await SayAsync(anybody, "My name is Ada.");

        Assert.Equal(200, made.Status);
        Assert.Equal(404, (await known.GetAsync($"{OwnersWorld.Api}/responses/{made.Id}")).Status);
        Assert.Equal("previous_response_not_found", CodeOf(await SayAsync(known, "Who am I?", made.Id)));
    }

    private static Task<Answer> SayAsync(Caller caller, string input, string? previous = null, params (string Name, string Value)[] headers) =>
        caller.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input, previous_response_id = previous }, headers);

    private static string? CodeOf(Answer answer) => answer.Json["error"]!["code"]?.GetValue<string>();
}
