using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Telemetry;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>What APIM never shows: the state behind the pools, and draining.</summary>
public sealed class Admin
{
    private const string Key = "0123456789abcdef";

    [Fact]
    public async Task Backends_are_shown_with_breaker_counts_and_times()
    {
        await using var world = await PoolWorld.OfTwoAsync();
        var release = new TaskCompletionSource();
        world["b"].Next(429, ("Retry-After", "30"));
        world["a"].Next(404);
        using var caller = world.Call();
        Assert.Equal(404, (await caller.GetAsync("pool")).Status);
        Assert.Equal(429, (await caller.GetAsync("pool")).Status);
        world["a"].Next(_ => release.Task);
        var waiting = caller.GetAsync("pool");
        await Eventually.IsAsync(async () => (await world.StateOfAsync("a"))["in_flight"]!.GetValue<int>() == 1);
        await world.DrainAsync("a");
        world.Time.Advance(TimeSpan.FromSeconds(10));

        var answer = await caller.GetAsync("admin/backends");

        Golden.AssertSame(
            $$"""
            { "backends": [
              { "id": "a", "region": "a", "url": "{{world["a"].Url}}", "state": "drained", "drained": true, "in_flight": 1, "requests": 2, "pools": [ "pool" ], "sessions": null,
                "circuit_breaker": { "rule": "throttled", "requests_in_window": 1, "failures_in_window": 0, "trips": 0, "tripped_at": null, "resets_at": null, "resets_in_ms": null, "cause": null } },
              { "id": "b", "region": "b", "url": "{{world["b"].Url}}", "state": "tripped", "drained": false, "in_flight": 0, "requests": 1, "pools": [ "pool" ], "sessions": null,
                "circuit_breaker": { "rule": "throttled", "requests_in_window": 0, "failures_in_window": 0, "trips": 1, "tripped_at": "2026-01-01T00:00:00+00:00", "resets_at": "2026-01-01T00:00:30+00:00", "resets_in_ms": 20000, "cause": "429" } } ] }
            """,
            answer.Text);
        release.SetResult();
        await waiting;
    }

    [Fact]
    public async Task Drained_backend_gets_nothing_new_until_it_is_undrained()
    {
        await using var world = await PoolWorld.OfTwoAsync();
        using var caller = world.Call();

        Assert.Equal("drained", (await caller.SendAsync(HttpMethod.Post, "admin/backends/A/drain")).Json["state"]!.GetValue<string>());
        Assert.Equal(["b", "b"], [(await caller.GetAsync("pool")).Text, (await caller.GetAsync("pool")).Text]);
        Assert.Equal("available", (await caller.SendAsync(HttpMethod.Post, "admin/backends/a/undrain")).Json["state"]!.GetValue<string>());
        Assert.Equal(["a", "b"], new[] { (await caller.GetAsync("pool")).Text, (await caller.GetAsync("pool")).Text }.Order());
    }

    [Fact]
    public async Task Pools_in_force_are_shown_as_they_are_selected()
    {
        await using var world = await PoolWorld.StartAsync("""
            {
              "backends": [ { "name": "a" }, { "name": "b" }, { "name": "c" } ],
              "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/b", "priority": 2 }, { "id": "/backends/a", "weight": 30 }, { "id": "/backends/c" } ],
                "sessionAffinity": { "sessionId": { "source": "cookie" } } } } } ],
              "apis": [ { "name": "api", "properties": { "path": "x/y" }, "sessionAware": { "pool": "p" } } ]
            }
            """);
        using var caller = world.Call();

        Golden.AssertSame(
            $$"""
            { "file": "{{world.PoolsFile}}", "loaded_at": "2026-01-01T00:00:00+00:00", "refused_faults": [],
              "pools": [ { "name": "p", "affinity_cookie": "APIM-Backend-Affinity", "services": [ { "backend": "a", "priority": 1, "weight": 30 }, { "backend": "c", "priority": 1, "weight": 30 }, { "backend": "b", "priority": 2, "weight": 1 } ] } ],
              "apis": [ { "name": "api", "path": "/x/y", "pool": "p" } ] }
            """,
            (await caller.GetAsync("admin/pools")).Text);
    }

    [Theory]
    [InlineData("Production", null, null, 403, "admin_disabled")]
    [InlineData("Production", Key, null, 401, "admin_key_required")]
    [InlineData("Production", Key, "0123456789abcdeF", 401, "admin_key_required")]
    [InlineData("Production", Key, Key, 200, null)]
    [InlineData("Development", null, null, 200, null)]
    [InlineData("Development", Key, null, 401, "admin_key_required")]
    [InlineData("Development", Key, Key, 200, null)]
    public async Task Key_is_needed_outside_development_and_wherever_one_is_set(string environment, string? set, string? sent, int status, string? code)
    {
        await using var gateway = await Nodes.StartGatewayAsync(
        [
            new("Backends:eastus2:Url", "http://127.0.0.1:1"), new("Backends:westus:Url", "http://127.0.0.1:1"), new("environment", environment), new("Gateway:AdminKey", set),
        ]);
        using var caller = new Caller(gateway.Url);
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Get, "backends"), (HttpMethod.Get, "backends/eastus2"), (HttpMethod.Post, "backends/eastus2/drain"), (HttpMethod.Get, "pools")])
        {
            var answer = await caller.SendAsync(method, $"admin/{path}", body: null, sent is null ? [] : [("x-admin-key", sent)]);

            Assert.Equal((status, code), (answer.Status, answer.Status == 200 ? null : answer.Json["error"]!["code"]!.GetValue<string>()));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("short")]
    [InlineData("0123456789 abcdef")]
    public async Task Key_that_could_be_guessed_stops_the_start(string key)
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", ("Gateway:AdminKey", key)));

        Assert.Contains("Gateway:AdminKey must have at least 16 characters", Assert.Single(invalid.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_backend_is_404_and_the_known_are_named()
    {
        await using var world = await PoolWorld.OfTwoAsync();
        using var caller = world.Call();

        var answer = await caller.SendAsync(HttpMethod.Post, "admin/backends/c/drain");

        Assert.Equal(404, answer.Status);
        Golden.AssertSame(
            """{ "error": { "message": "There is no backend 'c'. The backends here are: a, b.", "type": "invalid_request_error", "param": null, "code": "backend_not_found" } }""", answer.Text);
    }

    [Fact]
    public async Task Trips_resets_and_attempts_are_measured()
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: """{ "count": 1 }""");
        var meters = world.Gateway.App.Services.GetRequiredService<IMeterFactory>();
        using var trips = new MetricCollector<long>(meters, GatewayMetrics.MeterName, "sessionaware.circuit_breaker.trips");
        using var resets = new MetricCollector<long>(meters, GatewayMetrics.MeterName, "sessionaware.circuit_breaker.resets");
        using var attempts = new MetricCollector<long>(meters, GatewayMetrics.MeterName, "sessionaware.backend.attempts");
        using var inFlight = new MetricCollector<long>(meters, GatewayMetrics.MeterName, "sessionaware.backend.in_flight");
        world["a"].Next(429, ("Retry-After", "5"));
        using var caller = world.Call();

        Assert.Equal(200, (await caller.GetAsync("pool")).Status);
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.IsAsync(() => Task.FromResult(attempts.GetMeasurementSnapshot().Count == 2));

        static string Tag(CollectedMeasurement<long> measurement, string tag) => $"{measurement.Tags[tag]}";
        var trip = Assert.Single(trips.GetMeasurementSnapshot());
        Assert.Equal((1, "a", "429"), (trip.Value, Tag(trip, "sessionaware.backend.id"), Tag(trip, "error.type")));
        Assert.Equal("a", Tag(Assert.Single(resets.GetMeasurementSnapshot()), "sessionaware.backend.id"));
        Assert.Equal(
            [("a", "429"), ("b", "200")],
            attempts.GetMeasurementSnapshot().Select(attempt => (Tag(attempt, "sessionaware.backend.id"), Tag(attempt, "http.response.status_code"))));
        Assert.Equal(0, inFlight.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
    }
}
