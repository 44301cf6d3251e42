using System.ClientModel;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using OpenAI.Responses;
using SessionAware.Gateway;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>The gateway as a process of Azure Container Apps: Azure's own credential gets its tokens from the container's identity, and regions without keys take them.</summary>
public sealed class Gateway_identity
{
    private const string Question = $"https://cognitiveservices.azure.com {IdentityEndpoint.ClientId}";

    [Fact]
    public async Task Two_hundred_requests_are_signed_by_one_token()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var identity = await IdentityEndpoint.StartAsync(issuer);
        await using var east = await AzureRegion.StartAsync("eastus2", issuer);
        await using var west = await AzureRegion.StartAsync("westus", issuer);
        await using var gateway = await StartAsync(identity, east, west);
        using var a = new Caller(gateway.Url, apiKey: OwnersWorld.KeyOfA);

        await ManyAsync(60, async _ => Assert.Equal(200, (await a.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, AzureWorld.Plain)).Status));
        await ManyAsync(30, async number =>
        {
            var first = await a.CreateAsync(new { model = "gpt-4o-mini", input = $"My name is Ada{number}." }, AzureWorld.Api);
            var second = await a.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = first.Id }, AzureWorld.Api);
            Assert.Equal((200, 200, "pinned"), (first.Status, second.Status, second.Header("x-session-affinity")));
            Assert.Contains($"Ada{number}", second.OutputText, StringComparison.Ordinal);
        });
        await ManyAsync(60, async _ =>
        {
            var streamed = await a.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", stream = true }, AzureWorld.Api);
            Assert.Contains("event: response.completed", streamed.Text, StringComparison.Ordinal);
        });
        await ManyAsync(10, number => ConverseAsync(gateway.Url, $"Ada{number}"));

        Assert.Equal([Question], identity.Questions);
        Assert.Equal(200, east.Count(200) + west.Count(200));
        string[] seen = [.. east.Seen, .. west.Seen];
        Assert.Equal(200, seen.Length);
        Assert.All(seen, request =>
        {
            Assert.Contains($"Authorization: Bearer {identity.Tokens[0]}\n", request, StringComparison.Ordinal);
            Assert.DoesNotContain("api-key", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(OwnersWorld.KeyOfA, request, StringComparison.Ordinal);
        });
        Assert.All([east, west], region => Assert.InRange(region.Count(200), 80, 120));
    }

    [Fact]
    public async Task Azures_own_credential_gets_another_token_for_one_that_was_refused_and_the_log_has_neither()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var identity = await IdentityEndpoint.StartAsync(issuer);
        await using var east = await AzureRegion.StartAsync("eastus2", issuer);
        await using var west = await AzureRegion.StartAsync("westus", issuer);
        identity.Mislead("https://somebody.else");
        await using var gateway = await StartAsync(identity, east, west, [.. Everything.AllLogs.Select(level => (level.Name.Replace(":", "__", StringComparison.Ordinal), level.Value!))]);
        using var a = new Caller(gateway.Url, apiKey: OwnersWorld.KeyOfA);

        await ManyAsync(20, async _ => Assert.Equal(200, (await a.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, AzureWorld.Api)).Status));
        identity.Failure = 400;
        await east.RestartAsync(("Region:Entra:Audience", "https://ai.azure.com"));
        var refused = 0;
        await ManyAsync(2, async _ => refused += (await a.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, AzureWorld.Plain)).Status == 401 ? 1 : 0);

        // Azure's credential keeps tokens, too, and was asked past what it keeps.
        Assert.Equal([Question, Question], identity.Questions.Take(2));
        Assert.Equal(1, refused);
        Assert.All(east.Seen.Concat(west.Seen).Where(request => request.EndsWith(" 200", StringComparison.Ordinal)), request => Assert.Contains(identity.Tokens[1], request, StringComparison.Ordinal));
        Assert.Contains(gateway.Output, line => line.Contains("refused the gateway's token; another one is asked for.", StringComparison.Ordinal));
        Assert.Contains(gateway.Output, line => line.Contains("Request starting", StringComparison.Ordinal));
        string[] secrets = [OwnersWorld.KeyOfA, OwnersWorld.HashOf(OwnersWorld.KeyOfA), identity.Secret, .. identity.Tokens.SelectMany(token => token.Split('.').Skip(1))];
        foreach (var line in gateway.Output)
            Assert.All(secrets, secret => Assert.False(line.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{secret} is in: {line}"));
    }

    [Theory]
    [InlineData("EnvironmentCredential", "there is no Azure credential: run 'az login' or 'azd auth login', give the process a managed identity, or set Backends__eastus2__ApiKey")]
    [InlineData("bogus", "its Azure credential cannot be made: Invalid value for environment variable AZURE_TOKEN_CREDENTIALS: bogus.")]
    public async Task Process_that_nobody_has_signed_in_does_not_start_and_says_what_to_do(string credentials, string reason)
    {
        // Credentials of this machine's user must not reach in.
        var result = await Cli.Wrap("dotnet")
            .WithArguments([typeof(GatewayOptions).Assembly.Location, "--urls", "http://127.0.0.1:0"])
            .WithWorkingDirectory(Scratch.Folder("gateway"))
            .WithEnvironmentVariables(new Dictionary<string, string?>
            {
                ["SessionAware__Target"] = "Azure",
                ["AZURE_TOKEN_CREDENTIALS"] = credentials,
                ["Backends__eastus2__Url"] = "https://my-account.openai.azure.com",
                ["Backends__westus__Url"] = "https://my-other-account.openai.azure.com",
                ["Backends__westus__ApiKey"] = "the-plain-key",
                ["Gateway__Owners__AllowAnonymous"] = "true",
            })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ExitCode);
        var lines = result.StandardError.TrimEnd().Split('\n');
        Assert.Equal("The settings are not valid:", lines[0]);
        Assert.StartsWith($"  - backend 'eastus2': in target Azure (SessionAware__Target) the gateway signs requests as itself, and {reason}", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }

    private static Task<GatewayProcess> StartAsync(IdentityEndpoint identity, AzureRegion east, AzureRegion west, params (string Name, string Value)[] more) => GatewayProcess.StartAsync(
    [
        ("SessionAware__Target", "Azure"),
        ("Backends__eastus2__Url", east.Url),
        ("Backends__westus__Url", west.Url),
        .. OwnersWorld.TwoSubscriptions.Select(setting => (setting.Name.Replace(":", "__", StringComparison.Ordinal), setting.Value!)),
        .. identity.Environment,
        .. more,
    ]);

    /// <summary>Two turns of the official client, the second as a stream.</summary>
    private static async Task ConverseAsync(string gateway, string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        var client = new ResponsesClient(new ApiKeyCredential(OwnersWorld.KeyOfA), new ResponsesClientOptions { Endpoint = new Uri($"{gateway}/{AzureWorld.Api}/") });
        ResponseResult first = await client.CreateResponseAsync("gpt-4o-mini", $"My name is {name}.", cancellationToken: cancel);
        var text = new StringBuilder();
        await using var stream = await client.CreateResponseStreamingAsync("gpt-4o-mini", "Who am I?", first.Id, cancel);
        await foreach (var update in stream.WithCancellation(cancel))
            text.Append((update as StreamingResponseOutputTextDeltaUpdate)?.Delta);
        Assert.Contains(name, text.ToString(), StringComparison.Ordinal);
    }

    private static Task ManyAsync(int times, Func<int, Task> ask) =>
        Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) => await ask(number));
}
