using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>The documented errors of the Responses API, each compared whole with its documented body.</summary>
public sealed class Region_errors
{
    private const string Unknown = "resp_0123456789abcdef00690000000123456789abcdef01234567";

    private const string InvalidJson =
        """{"error":{"message":"Invalid body: failed to parse JSON value. Please check the value to ensure it is valid JSON. (Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)","type":"invalid_request_error","param":null,"code":"invalid_json"}}""";

    public static TheoryData<string, string, string, string?, int, string> Rows { get; } = new()
    {
        {
            "unknown previous_response_id", "POST", "openai/v1/responses", $$$"""{"model":"gpt-4o-mini","input":"Hi","previous_response_id":"{{{Unknown}}}"}""", 400,
            $$$"""{"error":{"message":"Previous response with id '{{{Unknown}}}' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}"""
        },
        {
            "GET of an unknown id", "GET", $"openai/v1/responses/{Unknown}", null, 404,
            $$$"""{"error":{"message":"Response with id '{{{Unknown}}}' not found.","type":"invalid_request_error","param":null,"code":null}}"""
        },
        {
            "DELETE of an unknown id", "DELETE", $"openai/v1/responses/{Unknown}", null, 404,
            $$$"""{"error":{"message":"Response with id '{{{Unknown}}}' not found.","type":"invalid_request_error","param":null,"code":null}}"""
        },
        {
            "input items of an unknown id", "GET", $"openai/v1/responses/{Unknown}/input_items", null, 404,
            $$$"""{"error":{"message":"Response with id '{{{Unknown}}}' not found.","type":"invalid_request_error","param":null,"code":null}}"""
        },
        {
            "malformed JSON", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini",}""", 400, InvalidJson
        },
        {
            "empty body", "POST", "openai/v1/responses", "", 400, InvalidJson
        },
        { "half a surrogate pair", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"\ud800"}""", 400, InvalidJson },
        { "half a surrogate pair as a name", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","\ud800":1}""", 400, InvalidJson },
        { "no object", "POST", "openai/v1/responses", "[1]", 400, InvalidJson },
        {
            "unknown parameter of an item", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":[{"role":"user","content":"Hi","foo":1}]}""", 400,
            """{"error":{"message":"Unknown parameter: 'input[0].foo'.","type":"invalid_request_error","param":"input[0].foo","code":"unknown_parameter"}}"""
        },
        {
            "missing model", "POST", "openai/v1/responses", """{"input":"Hi"}""", 400,
            """{"error":{"message":"Missing required parameter: 'model'.","type":"invalid_request_error","param":"model","code":"missing_required_parameter"}}"""
        },
        {
            "missing text of a part", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"input_text"}]}]}""", 400,
            """{"error":{"message":"Missing required parameter: 'input[1].content[0].text'.","type":"invalid_request_error","param":"input[1].content[0].text","code":"missing_required_parameter"}}"""
        },
        {
            "wrong type of input", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":{"role":"user"}}""", 400,
            """{"error":{"message":"Invalid type for 'input': expected one of a string or array of objects, but got an object instead.","type":"invalid_request_error","param":"input","code":"invalid_type"}}"""
        },
        {
            "wrong type of a flag", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","stream":"yes"}""", 400,
            """{"error":{"message":"Invalid type for 'stream': expected a boolean, but got a string instead.","type":"invalid_request_error","param":"stream","code":"invalid_type"}}"""
        },
        {
            "wrong type of the model", "POST", "openai/v1/responses", """{"model":7,"input":"Hi"}""", 400,
            """{"error":{"message":"Invalid type for 'model': expected a string, but got an integer instead.","type":"invalid_request_error","param":"model","code":"invalid_type"}}"""
        },
        {
            "unknown parameter", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","foo":1}""", 400,
            """{"error":{"message":"Unknown parameter: 'foo'.","type":"invalid_request_error","param":"foo","code":"unknown_parameter"}}"""
        },
        {
            "id with a wrong prefix", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","previous_response_id":"gen-123"}""", 400,
            """{"error":{"message":"Invalid 'previous_response_id': 'gen-123'. Expected an ID that begins with 'resp'.","type":"invalid_request_error","param":"previous_response_id","code":"invalid_id_prefix"}}"""
        },
        {
            "id with other characters", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","previous_response_id":"resp_a b"}""", 400,
            """{"error":{"message":"Invalid 'previous_response_id': 'resp_a b'. Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional characters.","type":"invalid_request_error","param":"previous_response_id","code":"invalid_value"}}"""
        },
        {
            "what the model cannot do", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","prompt":{"id":"pmpt_1"}}""", 400,
            """{"error":{"message":"Unsupported parameter: 'prompt' is not supported with this model.","type":"invalid_request_error","param":"prompt","code":null}}"""
        },
        {
            "setting of text that is none", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","text":{"bogus":1}}""", 400,
            """{"error":{"message":"Unknown parameter: 'text.bogus'.","type":"invalid_request_error","param":"text.bogus","code":"unknown_parameter"}}"""
        },
        {
            "tool choice without tools", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","tool_choice":"required"}""", 400,
            """{"error":{"message":"Tool choice 'required' must be specified with 'tools' parameter.","type":"invalid_request_error","param":"tool_choice","code":null}}"""
        },
        {
            "image at no address", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":[{"role":"user","content":[{"type":"input_image","image_url":"x"}]}]}""", 400,
            """{"error":{"message":"Invalid 'input[0].content[0].image_url'. Expected a valid URL, but got a value with an invalid format.","type":"invalid_request_error","param":"input[0].content[0].image_url","code":"invalid_value"}}"""
        },
        {
            "number too small", "POST", "openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","max_output_tokens":1}""", 400,
            """{"error":{"message":"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.","type":"invalid_request_error","param":"max_output_tokens","code":"integer_below_min_value"}}"""
        },
        {
            "unknown deployment", "POST", "openai/v1/responses", """{"model":"gpt-9","input":"Hi"}""", 404,
            """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}"""
        },
        { "wrong path", "POST", "openai/v1/conversations/conv_x/messages", "{}", 404, """{"error":{"code":"404","message":"Resource not found"}}""" },
        { "older family without api-version", "POST", "openai/responses", """{"model":"gpt-4o-mini","input":"Hi"}""", 404, """{"error":{"code":"404","message":"Resource not found"}}""" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Error_has_its_documented_body(string row, string method, string path, string? body, int status, string expected)
    {
        Assert.NotEmpty(row);
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(new HttpMethod(method), path, body);

        Assert.Equal(status, answer.Status);
        Golden.AssertSame(expected, answer.Text);
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

        Assert.Equal(400, answer.Status);
        Golden.AssertSame(expected, answer.Text);
    }

    [Fact]
    public async Task Foreground_response_cannot_be_streamed_again()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SayAsync("Hi")).Id;

        var answer = await caller.GetAsync($"openai/v1/responses/{id}?stream=true");

        Assert.Equal(400, answer.Status);
        Golden.AssertSame(
            """{"error":{"message":"This response cannot be streamed because it was not created with background=true.","type":"invalid_request_error","param":"stream","code":null}}""",
            answer.Text);
    }

    [Theory]
    [InlineData("Azure", "wrong", """{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}""")]
    [InlineData("Azure", null, """{"error":{"code":"401","message":"Access denied due to missing subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}""")]
    [InlineData("OpenAI", "sk-wrong-and-long-key", """{"error":{"message":"Incorrect API key provided: sk-wrong***key. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""")]
    public async Task Wrong_key_is_refused_before_anything_else(string flavor, string? key, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url, apiKey: key);

        foreach (var path in new[] { "openai/v1/responses", "v1/responses", "v1/nothing/here" })
        {
            var answer = await caller.SendAsync(HttpMethod.Post, path, "not even JSON");
            Assert.Equal(401, answer.Status);
            Golden.AssertSame(expected, answer.Text);
        }
    }

    [Theory]
    [InlineData("POST", "v1/conversations/conv_x/messages", 404, """{"error":{"message":"Invalid URL (POST /v1/conversations/conv_x/messages)","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("POST", "v1/responses", 400, """{"error":{"message":"The requested model 'gpt-9' does not exist.","type":"invalid_request_error","param":"model","code":"model_not_found"}}""")]
    public async Task OpenAI_flavor_has_its_own_words(string method, string path, int status, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", "OpenAI")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(new HttpMethod(method), path, new { model = "gpt-9", input = "Hi" });

        Assert.Equal(status, answer.Status);
        Golden.AssertSame(expected, answer.Text);
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

        Assert.Equal(413, answer.Status);
        Assert.Equal("request_too_large", answer.Json["error"]!["code"]!.GetValue<string>());
    }
}
