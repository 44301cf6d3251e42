using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>Everything that this process says of itself while it is listened to: all traces, all metrics, and gateways' logs of all levels.</summary>
public sealed class Everything : IDisposable
{
    private static readonly string[] s_categories =
        ["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.DataProtection", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.Extensions.Hosting.Internal.Host", "System.Net.Http", "Yarp"];

    private readonly ConcurrentQueue<string> _said = new();
    private readonly ActivityListener _traces;
    private readonly MeterListener _metrics = new();

    public Everything()
    {
        _traces = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Hear,
        };
        ActivitySource.AddActivityListener(_traces);
        _metrics.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Hear(instrument, tags));
        _metrics.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Hear(instrument, tags));
        _metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Hear(instrument, tags));
        _metrics.Start();
    }

    /// <summary>Settings that turn every log on.</summary>
    public static IEnumerable<(string Name, string? Value)> AllLogs => s_categories.Select(category => ($"Logging:LogLevel:{category}", (string?)"Trace"));

    /// <summary>All traces' and metrics' names and tags.</summary>
    public IReadOnlyCollection<string> Said => _said;

    /// <summary>All that a gateway has logged.</summary>
    public static IReadOnlyList<string> LogOf(WebNode gateway) =>
    [
        .. gateway.App.Services.GetRequiredService<FakeLogCollector>().GetSnapshot().Select(record =>
            $"{record.Level} {record.Category}: {record.Message} {Join(record.StructuredState ?? [])} {string.Join(' ', record.Scopes.Select(Describe))} {record.Exception}"),
    ];

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private void Hear(Activity activity) => _said.Enqueue(
        $"trace {activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {Join(activity.TagObjects)} {Join(activity.Baggage)} {string.Concat(activity.Events.Select(item => item.Name + Join(item.Tags)))}");

    private void Hear(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _said.Enqueue($"metric {instrument.Name} {Join(tags.ToArray())}");

    private static string Describe(object? scope) => scope is IEnumerable<KeyValuePair<string, object?>> pairs ? Join(pairs) : $"{scope}";

    private static string Join<T>(IEnumerable<KeyValuePair<string, T>> pairs) => string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}"));
}
