using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Errors;

/// <summary>Errors of ids, bodies, keys, paths and models, each compared whole with its documented body; those of fields, items and states have their own tables.</summary>
public sealed class Region_errors
{
    private const string Unknown = "resp_0123456789abcdef00690000000123456789abcdef01234567";

    private const string ModelUnknown =
        """{"error":{"message":"The requested model 'gpt-9' does not exist.","type":"invalid_request_error","param":"model","code":"model_not_found"}}""";

    private const string DeploymentUnknown =
        """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}""";

    private const string PathUnknown = """{"error":{"code":"404","message":"Resource not found"}}""";

    private const string InvalidJson =
        """{"error":{"message":"Invalid body: failed to parse JSON value. Please check the value to ensure it is valid JSON. (Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)","type":"invalid_request_error","param":null,"code":"invalid_json"}}""";

    private static readonly string UnknownResponse = Refusal.Body($"Response with id '{Unknown}' not found.", null, null);
    private static readonly string UnknownConversation = Refusal.Body("Conversation with id 'conv_x' not found.", null, null);

    /// <summary>What both flavours say alike.</summary>
    public static TheoryData<string, string, string, string?, int, string> Rows { get; } = new()
    {
        {
            "unknown previous_response_id", "POST", "responses", $$$"""{"model":"gpt-4o-mini","input":"Hi","previous_response_id":"{{{Unknown}}}"}""", 400,
            Refusal.Body($"Previous response with id '{Unknown}' not found.", "previous_response_id", "previous_response_not_found")
        },
        { "GET of an unknown id", "GET", $"responses/{Unknown}", null, 404, UnknownResponse },
        { "DELETE of an unknown id", "DELETE", $"responses/{Unknown}", null, 404, UnknownResponse },
        { "cancel of an unknown id", "POST", $"responses/{Unknown}/cancel", null, 404, UnknownResponse },
        { "input_items of an unknown id", "GET", $"responses/{Unknown}/input_items", null, 404, UnknownResponse },
        { "GET of an unknown conversation", "GET", "conversations/conv_x", null, 404, UnknownConversation },
        { "update of an unknown conversation", "POST", "conversations/conv_x", """{"metadata":{}}""", 404, UnknownConversation },
        { "DELETE of an unknown conversation", "DELETE", "conversations/conv_x", null, 404, UnknownConversation },
        { "items of an unknown conversation", "GET", "conversations/conv_x/items", null, 404, UnknownConversation },
        { "items for an unknown conversation", "POST", "conversations/conv_x/items", """{"items":[{"role":"user","content":"Hi"}]}""", 404, UnknownConversation },
        { "response in an unknown conversation", "POST", "responses", """{"model":"gpt-4o-mini","input":"Hi","conversation":{"id":"conv_x"}}""", 404, UnknownConversation },
        {
            // The capture elides one name as other errors elide long names, so its text is the service's own.
            "previous_response_id together with conversation", "POST", "responses", """{"model":"gpt-4o-mini","input":"Hi","previous_response_id":"resp_x","conversation":"conv_x"}""", 400,
            Refusal.Body("Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.", null, "mutually_exclusive_parameters")
        },
        { "malformed JSON", "POST", "responses", """{"model":"gpt-4o-mini",}""", 400, InvalidJson },
        { "empty body", "POST", "responses", "", 400, InvalidJson },
        { "half a surrogate pair", "POST", "responses", """{"model":"gpt-4o-mini","input":"\ud800"}""", 400, InvalidJson },
        { "half a surrogate pair as a name", "POST", "responses", """{"model":"gpt-4o-mini","input":"Hi","\ud800":1}""", 400, InvalidJson },
        { "no object", "POST", "responses", "[1]", 400, InvalidJson },
        {
            "unsupported for model", "POST", "responses", """{"model":"o4-mini","input":"Hi","temperature":0.5}""", 400,
            Refusal.Body("Unsupported parameter: 'temperature' is not supported with this model.", "temperature", null)
        },
        {
            "unknown parameter of a count", "POST", "responses/input_tokens", """{"model":"gpt-4o-mini","input":"Hi","store":true}""", 400,
            Refusal.Body("Unknown parameter: 'store'.", "store", "unknown_parameter")
        },
        {
            "metadata of a conversation", "POST", "conversations", """{"metadata":"x"}""", 400,
            Refusal.Body("Invalid type for 'metadata': expected a metadata object, but got a string instead.", "metadata", "invalid_type")
        },
        {
            "item of a conversation", "POST", "conversations", """{"items":[{"type":"message","role":"bogus"}]}""", 400,
            Refusal.Body("Invalid value: 'bogus'. Supported values are: 'assistant', 'system', 'developer', and 'user'.", "items[0]", "invalid_value")
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Error_has_its_documented_body(string row, string method, string path, string? body, int status, string expected)
    {
        Assert.NotEmpty(row);
        foreach (var flavor in new[] { "Azure", "OpenAI" })
        {
            await using var region = await Nodes.StartRegionAsync(settings:
                [new("Region:Flavor", flavor), new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "o4-mini")]);
            using var caller = new Caller(region.Url);

            var answer = await caller.SendAsync(new HttpMethod(method), $"openai/v1/{path}", body);

            Refusal.AssertSame(status, expected, answer);
        }
    }

    [Theory]
    [InlineData("limit=1000", """{"error":{"message":"Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 1000 instead.","type":"invalid_request_error","param":"limit","code":"integer_above_max_value"}}""")]
    [InlineData("limit=0", """{"error":{"message":"Invalid 'limit': integer below minimum value. Expected a value >= 1, but got 0 instead.","type":"invalid_request_error","param":"limit","code":"integer_below_min_value"}}""")]
    [InlineData("order=up", """{"error":{"message":"Invalid value: 'up'. Supported values are: 'asc' and 'desc'.","type":"invalid_request_error","param":"order","code":"invalid_value"}}""")]
    public async Task Page_that_cannot_be_is_refused(string query, string expected)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SayAsync("Hi")).Id;

        var answer = await caller.GetAsync($"openai/v1/responses/{id}/input_items?{query}");

        Refusal.AssertSame(400, expected, answer);
    }

    [Theory]
    [InlineData("Azure", "wrong", """{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}""")]
    [InlineData("Azure", null, """{"error":{"code":"401","message":"Access denied due to missing subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}""")]
    [InlineData("OpenAI", "test-configured-key", """{"error":{"message":"Incorrect API key provided: test-con****-key. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""")]
    [InlineData("OpenAI", "sk-", """{"error":{"message":"Incorrect API key provided: sk-. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""")]
    [InlineData("OpenAI", null, """{"error":{"message":"You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).","type":"invalid_request_error","param":null,"code":null}}""")]
    public async Task Wrong_key_is_refused_before_anything_else(string flavor, string? key, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url, apiKey: key);

        foreach (var path in new[] { "openai/v1/responses", "v1/responses", "v1/nothing/here" })
        {
            var answer = await caller.SendAsync(HttpMethod.Post, path, "not even JSON");
            Refusal.AssertSame(401, expected, answer);
        }
    }

    [Theory]
    [InlineData("Azure", "openai/v1/conversations/conv_x/messages", 404, PathUnknown)]
    [InlineData("Azure", "openai/responses", 404, PathUnknown)]
    [InlineData("Azure", "openai/v1/responses", 404, DeploymentUnknown)]
    [InlineData("OpenAI", "v1/conversations/conv_x/messages", 404, """{"error":{"message":"Invalid URL (POST /v1/conversations/conv_x/messages)","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("OpenAI", "v1/responses", 400, ModelUnknown)]
    public async Task Unknown_path_and_model_are_told_in_the_flavors_own_words(string flavor, string path, int status, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(HttpMethod.Post, path, new { model = "gpt-9", input = "Hi" });

        Refusal.AssertSame(status, expected, answer);
    }

    [Fact]
    public async Task Body_that_breaks_its_own_framing_is_the_callers_fault_and_region_headers_are_there()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var raw = await RawHttp.SendAsync(region.Url, $"POST /openai/v1/responses HTTP/1.1\r\nHost: x\r\napi-key: {Nodes.ApiKey}\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n");

        var head = await raw.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 400", head, StringComparison.Ordinal);
        Assert.Contains("x-ms-region: East US 2", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Body_over_the_limit_is_413()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:MaxRequestBodyBytes", "2000")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.SayAsync(new string('x', 3000));

        Refusal.AssertSame(413, Refusal.Body("The request body is larger than the 2000 bytes that are accepted.", null, "request_too_large"), answer);
    }
}
