using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.Worlds;

/// <summary>A plain HTTP caller with a key, with or without a cookie jar.</summary>
public sealed class Caller(string root, bool cookies = false, string? apiKey = Nodes.ApiKey) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = cookies, CookieContainer = new CookieContainer() })
    {
        BaseAddress = new Uri(root.TrimEnd('/') + "/"),
        DefaultRequestHeaders = { { "api-key", apiKey is null ? [] : [apiKey] } },
    };

    /// <summary>Sends this header with every request.</summary>
    public void Always(string name, string value) => _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);

    /// <summary>Sends a request; <paramref name="body"/> is a string as it is, anything else as JSON.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Creates a response under <c>openai/v1</c>.</summary>
    public Task<Answer> CreateAsync(object body, string family = "openai/v1") => SendAsync(HttpMethod.Post, $"{family}/responses", body);

    /// <summary>Says <paramref name="input"/>, continuing <paramref name="previous"/>.</summary>
    public Task<Answer> SayAsync(string input, string? previous = null) => CreateAsync(new { model = "gpt-4o-mini", input, previous_response_id = previous });

    /// <summary>Asks for a chat completion under <c>openai/v1</c>.</summary>
    public Task<Answer> ChatAsync(object body, string family = "openai/v1") => SendAsync(HttpMethod.Post, $"{family}/chat/completions", body);

    public void Dispose() => _http.Dispose();
}

/// <summary>An answer read whole.</summary>
public sealed record Answer(int Status, HttpResponseHeaders Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string Id => Json["id"]!.GetValue<string>();

    public string OutputText => Json["output"]![0]!["content"]![0]!["text"]!.GetValue<string>();

    /// <summary>The text of a chat completion.</summary>
    public string ChatText => Json["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
