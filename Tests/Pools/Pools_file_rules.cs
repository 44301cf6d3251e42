using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>Rules of pools that contradict themselves stop the start; what the gateway does not act on is said.</summary>
public sealed class Pools_file_rules
{
    [Fact]
    public async Task Number_that_is_too_large_is_named() => Assert.Contains(
        "backends[0].properties.circuitBreaker.rules[0].failureCondition.count: must be at most 1000000",
        await PoolsText.FaultsOfAsync("""{ "backends": [ { "name": "a", "properties": { "circuitBreaker": { "rules": [ { "failureCondition": { "count": 99999999999, "interval": "PT1M" }, "tripDuration": "PT1M" } ] } } } ] }"""));

    [Fact]
    public async Task Every_contradiction_of_rules_is_named_at_once() => Assert.Equal(
        [
            "backends[0].properties.circuitBreaker.rules[0].failureCondition: needs a count or a percentage",
            "backends[0].properties.circuitBreaker.rules[0].failureCondition: needs statusCodeRanges or errorReasons, or nothing is a failure",
            "backends[0].properties.circuitBreaker.rules[0].failureCondition.interval: 'PT' is no ISO 8601 duration such as PT1M",
            "backends[0].properties.circuitBreaker.rules[0].tripDuration: 'P31D' must be between PT0.001S and P30D",
            "backends[0].properties.circuitBreaker.rules[0].failureResponse.statusCode: 100 is no status of an answer, it must be at least 200",
            "backends[1].properties.circuitBreaker.rules[0].failureCondition.statusCodeRanges[1]: min 500 is above max 499",
            "backends[1].properties.circuitBreaker.rules[0].failureCondition.interval: 'PT0S' must be between PT0.001S and P365D",
            "pools[0].properties.pool.services[0].id: ValidationError: '/backends/q' is a pool; a pool holds single backends alone",
            "pools[0].properties.pool.failureResponse.statusCode: 199 is no status of an answer, it must be at least 200",
            "apis[0].sessionAware.retry.condition.statusCodeRanges[0]: min 429 is above max 428",
            "apis[0].sessionAware.retry.interval: 'PT6M' must be between PT0S and PT5M",
        ],
        await PoolsText.FaultsOfAsync(
            """
            {
              "backends": [
                { "name": "a", "properties": { "circuitBreaker": { "rules": [ { "failureCondition": { "interval": "PT" }, "tripDuration": "P31D", "failureResponse": { "statusCode": 100 } } ] } } },
                { "name": "b", "properties": { "circuitBreaker": { "rules": [ { "failureCondition": { "count": 1, "interval": "PT0S", "statusCodeRanges": [ { "min": 400, "max": 400 }, { "min": 500, "max": 499 } ] },
                  "tripDuration": "PT1M" } ] } } } ],
              "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/q" }, { "id": "/backends/a" } ], "failureResponse": { "statusCode": 199 } } } },
                         { "name": "q", "properties": { "pool": { "services": [ { "id": "/backends/b" } ] } } } ],
              "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p",
                "retry": { "count": 1, "interval": "PT6M", "condition": { "statusCodeRanges": [ { "min": 429, "max": 428 } ] } } } } ]
            }
            """,
            ("Backends:a:Url", "http://127.0.0.1:1"),
            ("Backends:b:Url", "http://127.0.0.1:1")));

    [Fact]
    public async Task More_than_thirty_services_or_one_rule_are_too_many()
    {
        var services = string.Join(", ", Enumerable.Range(0, 31).Select(number => $$"""{ "id": "/backends/b{{number}}" }"""));
        var rule = """{ "failureCondition": { "interval": "PT1M" }, "tripDuration": "PT1M" }""";

        var faults = (await PoolsText.FaultsOfAsync($$"""
            { "backends": [ { "name": "a", "properties": { "circuitBreaker": { "rules": [ {{rule}}, {{rule}} ] } } } ],
              "pools": [ { "name": "p", "properties": { "pool": { "services": [ {{services}} ] } } } ] }
            """)).ToList();

        Assert.Contains("backends[0].properties.circuitBreaker.rules: must have at most 1 entries", faults);
        Assert.Contains("pools[0].properties.pool.services: must have at most 30 entries", faults);
    }

    [Fact]
    public async Task What_the_gateway_does_not_act_on_is_said_at_the_start()
    {
        await using var gateway = await Nodes.StartGatewayAsync(
            [
                new("Gateway:PoolsFile", PoolsText.Write("""
                    {
                      "backends": [ { "name": "a", "properties": { "url": "http://127.0.0.1:1", "protocol": "soap", "credentials": { "header": { "x": [ "y" ] } }, "tls": {}, "proxy": { "url": "http://x" },
                        "circuitBreaker": { "rules": [ { "failureCondition": { "count": 1, "interval": "PT1M", "errorReasons": [ "Timeout", "Sunspots" ] }, "tripDuration": "PT1M" } ] } } } ],
                      "pools": [ { "name": "p", "properties": { "credentials": {}, "pool": { "services": [ { "id": "/backends/a", "preferredCarbonEmission": "Low" } ] } } } ],
                      "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ]
                    }
                    """)),
            ],
            services => services.AddFakeLogging());

        Assert.Equal(
            [
                "backends[0].properties.credentials: kept for Azure, this gateway does not act on it.",
                "backends[0].properties.proxy: kept for Azure, this gateway does not act on it.",
                "backends[0].properties.tls: kept for Azure, this gateway does not act on it.",
                "backends[0].properties.protocol: kept for Azure, this gateway does not act on it.",
                "backends[0].properties.circuitBreaker.rules[0].failureCondition.errorReasons: 'Sunspots' never happens here; known are BackendConnectionFailure, Timeout, Server errors.",
                "pools[0].properties.credentials: kept for Azure, this gateway does not act on it.",
                "pools[0].properties.pool.services[0].preferredCarbonEmission: kept for Azure, this gateway does not act on it.",
            ],
            gateway.App.Services.GetFakeLogCollector().GetSnapshot().Where(record => record.Level == LogLevel.Warning).Select(record => record.Message));
    }
}
