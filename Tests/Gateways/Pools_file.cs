using Microsoft.Extensions.Options;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Gateways;

/// <summary>A faulty pools file stops the start, and one message names every fault.</summary>
public sealed class Pools_file
{
    [Fact]
    public async Task Every_fault_of_shape_is_named_at_once()
    {
        var failures = await PoolsText.FaultsOfAsync("""
            {
              "backends": [ { "name": "eastus2", "properties": { "azureRegon": "eastus2", "azureRegion": 7 }, "weigth": 1 }, { "properties": {} } ],
              "pools": [ { "name": "a", "properties": { "pool": { "services": [], "sessionAffinity": { "sessionId": { "source": "header" } } } } },
                         { "name": "b", "properties": { "url": "http://x", "protocol": "http", "circuitBreaker": {}, "pool": { "services": [ { "id": "eastus2", "weigth": 1, "weight": 101, "priority": -1 } ] } } } ],
              "apis": [ { "name": "a", "properties": { "path": "/a/" }, "sessionAware": { "pool": true } } ],
              "extra": {}
            }
            """);

        Assert.Equivalent(
            new[]
            {
                "extra: unknown property",
                "backends[0].weigth: unknown property",
                "backends[0].properties.azureRegon: unknown property",
                "backends[0].properties.azureRegion: must be a string",
                "backends[1].name: is missing",
                "pools[0].properties.pool.services: must have at least 1 entry",
                "pools[0].properties.pool.sessionAffinity.sessionId.source: must be one of: cookie",
                "pools[1].properties.url: ValidationError: Url is not supported for backend pool.",
                "pools[1].properties.protocol: ValidationError: Protocol is not supported for backend pool.",
                "pools[1].properties.circuitBreaker: ValidationError: CircuitBreaker is not supported for backend pool.",
                "pools[1].properties.pool.services[0].weigth: unknown property",
                "pools[1].properties.pool.services[0].weight: must be at most 100",
                "pools[1].properties.pool.services[0].priority: must be at least 0",
                "pools[1].properties.pool.services[0].id: must match ^(/.+)?/backends/[^/]+$",
                "apis[0].properties.path: must match ^[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$",
                "apis[0].sessionAware.pool: must be a string",
            },
            failures,
            strict: true);
    }

    [Fact]
    public async Task Every_contradiction_is_named_at_once()
    {
        var failures = await PoolsText.FaultsOfAsync(
            """
            {
              "backends": [ { "name": "one" }, { "name": "ONE" }, { "name": "two" }, { "name": "three" } ],
              "pools": [ { "name": "a", "properties": { "pool": { "services": [ { "id": "/backends/one" }, { "id": "/backends/one" }, { "id": "/backends/four" } ] } } } ],
              "apis": [ { "name": "a", "properties": { "path": "x" }, "sessionAware": { "pool": "b" } },
                        { "name": "b", "properties": { "path": "X" }, "sessionAware": { "pool": "a" } },
                        { "name": "c", "properties": { "path": "health" }, "sessionAware": { "pool": "a" } } ]
            }
            """,
            ("Backends:one:Url", "http://127.0.0.1:1"),
            ("Backends:two:Url", "ftp://127.0.0.1:1"));

        Assert.Equivalent(
            new[]
            {
                "backends: 'one' is there 2 times",
                "paths of apis: 'x' is there 2 times",
                "backend 'two': Backends__two__Url is 'ftp://127.0.0.1:1', which is no http(s) address without query and fragment",
                "backend 'three' has no address: set Backends__three__Url, for example to http://localhost:5081",
                "pools[0].properties.pool.services[1].id: '/backends/one' is in this pool already",
                "pools[0].properties.pool.services[2].id: ValidationError: Backend Entity 'four' not found.",
                "apis[0].sessionAware.pool: there is no pool 'b'",
                "apis[2].properties.path: 'health' is taken by the gateway itself",
            },
            failures,
            strict: true);
    }

    [Fact]
    public async Task Malformed_file_names_the_place() =>
        Assert.Equal(["line 2, byte 13: not valid JSON"], await PoolsText.FaultsOfAsync("{\n\"backends\": }"));

    [Fact]
    public async Task Property_that_is_there_twice_is_a_fault() =>
        Assert.StartsWith("a property is there twice:", Assert.Single(await PoolsText.FaultsOfAsync("""{ "backends": [], "backends": [] }""")), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "backends": [ { "name": "a", "sessionAware": { "deployments": [ { "capacity": 99999999999999999999 } ] } } ] }""", "backends[0].sessionAware.deployments[0].capacity: must be an integer")]
    [InlineData("""{ "backends": 1.5 }""", "backends: must be an integer")]
    [InlineData("""{ "backends": [ { "name": "\ud800" } ] }""", "backends[0].name: is no Unicode text")]
    [InlineData("""{ "\udc00": 1 }""", "(the file): the name of a property is no Unicode text")]
    public async Task What_cannot_be_read_is_named(string json, string fault) => Assert.Equal([fault], await PoolsText.FaultsOfAsync(json));

    [Theory]
    [InlineData("http://me:secret@x.example", "backend 'westus': Backends__westus__Url has a user in it; send credentials with the request")]
    [InlineData("ftp://me:secret@x.example", "backend 'westus': Backends__westus__Url is 'x.example', which is no http(s) address without query and fragment")]
    public async Task Password_in_an_address_is_not_repeated(string address, string fault) => Assert.Equal(
        [fault],
        await PoolsText.FaultsOfAsync(
            """
            { "backends": [ { "name": "westus" } ], "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/westus" } ] } } } ],
              "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ] }
            """,
            ("Backends:westus:Url", address)));

    [Fact]
    public async Task Blank_address_is_none_and_the_files_own_counts()
    {
        await using var backend = await ScriptedBackend.StartAsync("a");
        await using var gateway = await Nodes.StartGatewayAsync(
        [
            new("Gateway:PoolsFile", PoolsText.Write($$"""
                { "backends": [ { "name": "a", "properties": { "url": "{{backend.Url}}" } } ], "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/a" } ] } } } ],
                  "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ] }
                """)),
            new("Backends:a:Url", " "),
        ]);
        using var caller = new Caller(gateway.Url);

        Assert.Equal("a", (await caller.GetAsync("x")).Text);
    }

    [Fact]
    public async Task Missing_file_names_where_it_was_looked_for()
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartGatewayAsync([new("Gateway:PoolsFile", "none.json")]));

        Assert.Contains("none.json: no such file", invalid.Message, StringComparison.Ordinal);
        Assert.Contains("Gateway__PoolsFile", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faulty_settings_are_named()
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartGatewayAsync([new("Gateway:MaxRequestBodyBytes", "1"), new("Gateway:ActivityTimeout", "0")]));

        Assert.Equal(2, invalid.Failures.Count());
    }

    [Theory]
    [InlineData("Gateway:MaxRequestBodyBytes", "2000000001", "must be between 1024 and 2000000000.")]
    [InlineData("Gateway:Sessions:MaxRecordedBytes", "2000000001", "must be between 1024 and 2000000000.")]
    public async Task Number_of_bytes_that_no_memory_holds_in_one_piece_is_refused(string setting, string value, string message)
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", (setting, value)));

        Assert.Contains($"{setting} {message}", Assert.Single(invalid.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_may_come_from_service_discovery_and_have_a_path()
    {
        await using var region = await Nodes.StartRegionAsync();
        await using var gateway = await Nodes.StartGatewayAsync(
        [
            new("services:eastus2:http:0", region.Url + "/openai/"), new("services:westus:http:0", "http://127.0.0.1:1"), new("Backends:westus:Url", region.Url + "/openai"),
        ]);
        using var caller = new Caller(gateway.Url);

        Assert.Equal(200, (await caller.GetAsync("no-affinity/v1/models")).Status);
        Assert.Equal(200, (await caller.GetAsync("no-affinity/v1/models")).Status);
    }

    [Fact]
    public async Task Longest_path_wins()
    {
        await using var region = await Nodes.StartRegionAsync();
        await using var gateway = await Nodes.StartGatewayAsync(region.Url, region.Url, ("Gateway:PoolsFile", PoolsText.Write("""
            {
              "backends": [ { "name": "eastus2" }, { "name": "westus" } ],
              "pools": [ { "name": "east", "properties": { "pool": { "services": [ { "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a/backends/eastus2" } ] } } },
                         { "name": "west", "properties": { "pool": { "services": [ { "id": "/backends/westus" } ] } } } ],
              "apis": [ { "name": "short", "properties": { "path": "a" }, "sessionAware": { "pool": "east" } },
                        { "name": "long", "properties": { "path": "a/b" }, "sessionAware": { "pool": "west" } } ]
            }
            """)));
        using var caller = new Caller(gateway.Url);

        Assert.Equal("westus", (await caller.GetAsync("a/b/openai/v1/models")).Header("x-backend-id"));
        Assert.Equal("eastus2", (await caller.GetAsync("A/openai/v1/models")).Header("x-backend-id"));
    }
}
