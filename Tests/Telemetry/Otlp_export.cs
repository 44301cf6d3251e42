using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Telemetry;

/// <summary>Telemetry goes to the collector that the standard variable names, and nowhere without one.</summary>
public sealed class Otlp_export
{
    [Fact]
    public async Task Logs_metrics_and_traces_reach_the_collector()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await Nodes.StartBackendAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received.AddOrUpdate(context.Request.Path.Value!, _ => Text(body), (_, before) => before + Text(body));
        });
        var nobody = $"http://127.0.0.1:{Ports.Free()}";
        await using (var gateway = await Nodes.StartGatewayAsync(
            nobody, nobody, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        {
            using var caller = new Caller(gateway.Url);
            Assert.Equal(200, (await caller.GetAsync("health")).Status);
            Assert.Equal(503, (await caller.SendAsync(HttpMethod.Post, "no-affinity/openai/v1/responses", "{\"secret\":1}", ("x-request-id", "traced-1"))).Status);
        }

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], received.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("traced-1", received["/v1/logs"], StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", received["/v1/metrics"], StringComparison.Ordinal);
        Assert.Contains("/no-affinity/openai/v1/responses", received["/v1/traces"], StringComparison.Ordinal);
        // A server span's path, seven bytes long; the test's own client, in the same process, traces its call to the probe by the whole address.
        Assert.DoesNotContain("\a/health", received["/v1/traces"], StringComparison.Ordinal);
        Assert.All(received.Values, sent => Assert.DoesNotContain(Nodes.ApiKey, sent, StringComparison.Ordinal));
        Assert.All(received.Values, sent => Assert.DoesNotContain("secret", sent, StringComparison.Ordinal));
    }

    // The texts inside a protobuf message are plain UTF-8.
    private static string Text(MemoryStream body) => System.Text.Encoding.UTF8.GetString(body.ToArray());
}
