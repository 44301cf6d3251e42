using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.CosmosEmulator;

/// <summary>
/// Cosmos on loopback, a node process: npm's <c>@vercel/cosmosdb-server</c>, and what <c>emulator.mjs</c> makes of it. What that answers is this project's own reading of Cosmos, so that
/// the same contract is also run against a real account (<c>Cosmos_account</c>). It ends with this process.
/// </summary>
public sealed class LocalCosmos : IAsyncDisposable
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "Tests", "CosmosEmulator");
    private static readonly Lazy<Task<LocalCosmos>> s_shared = new(() => StartAsync());

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _key;

    private LocalCosmos(Process process, int port, string key)
    {
        (_process, _key, Url) = (process, key, new Uri($"http://127.0.0.1:{port}"));
        _http = new(new SocketsHttpHandler()) { BaseAddress = Url };
    }

    /// <summary>Its address.</summary>
    public Uri Url { get; }

    /// <summary>The one that all tests share, each with a database of its own.</summary>
    public static Task<LocalCosmos> SharedAsync()
    {
        RequirePackages();
        return s_shared.Value;
    }

    /// <summary>Skips the test where the packages are not.</summary>
    public static void RequirePackages() => Assert.SkipUnless(
        File.Exists(Path.Combine(s_folder, "node_modules", ".package-lock.json")),
        "The npm packages of Tests/CosmosEmulator are not installed: run 'npm ci' there (needs node 20 or later).");

    /// <summary>Starts one.</summary>
    /// <param name="port">Where; 0 for anywhere.</param>
    /// <param name="key">Its key; null for any.</param>
    public static async Task<LocalCosmos> StartAsync(int port = 0, string? key = null)
    {
        RequirePackages();
        var start = new ProcessStartInfo("node") { WorkingDirectory = s_folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] arguments = ["emulator.mjs", $"{port}", .. key is null ? [] : (string[])[key]];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var process = Process.Start(start)!;
        var ready = await process.StandardOutput.ReadLineAsync() is { } line ? JsonNode.Parse(line)! : throw new InvalidOperationException("The emulator of Cosmos did not start.");
        return new(process, ready["port"]!.GetValue<int>(), ready["key"]!.GetValue<string>());
    }

    /// <summary>Its connection string.</summary>
    public string Account => $"AccountEndpoint={Url};AccountKey={_key}";

    /// <summary>The connection string of a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="url">What stands in front of it; null where nothing does.</param>
    public string ConnectionString(string database, string? url = null) => $"AccountEndpoint={url ?? Url.AbsoluteUri};AccountKey={_key};Database={database}";

    /// <summary>Has requests fail.</summary>
    public async Task FailAsync(string database, params Fault[] faults)
    {
        using var answer = await _http.PostAsJsonAsync($"__control/{database}", faults, JsonSerializerOptions.Web, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Has requests fail no more. Whoever was held has an answer when this ends.</summary>
    public async Task LiftAsync(string database)
    {
        using var answer = await _http.PutAsync(new Uri($"__control/{database}", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What has been asked of documents since the last time: <c>create</c>, <c>read</c>, <c>replace</c> …, with the status where that was a fault.</summary>
    public async Task<string[]> RequestsAsync(string database)
    {
        using var answer = await _http.DeleteAsync(new Uri($"__control/{database}", UriKind.Relative), TestContext.Current.CancellationToken);
        return (await answer.Content.ReadFromJsonAsync<string[]>(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>How the next requests fail.</summary>
    /// <param name="Operation">Which: <c>create</c>, <c>read</c>, <c>replace</c> …, all of documents where it is null; <c>container</c> for reading that itself.</param>
    /// <param name="Count">How many.</param>
    public sealed record Fault(string? Operation, int Count = 1)
    {
        /// <summary>What they are answered.</summary>
        public int? Status { get; init; }

        /// <summary>When to come again.</summary>
        public int? RetryAfterMs { get; init; }

        /// <summary>Why.</summary>
        public int? Substatus { get; init; }

        /// <summary>Whether they are held until the faults are lifted.</summary>
        public bool Hold { get; init; }

        /// <summary>Whether the connection ends instead of an answer.</summary>
        public bool Refuse { get; init; }

        /// <summary>Whether what was asked for is done all the same.</summary>
        public bool Afterwards { get; init; }
    }
}
