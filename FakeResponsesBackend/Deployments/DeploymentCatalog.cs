using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>The region's deployments by name, each with its quota.</summary>
public sealed class DeploymentCatalog
{
    // Azure grants six requests a minute for each thousand tokens a minute.
    private const int RequestsPerCapacity = 6;
    private const int TokensPerCapacity = 1000;

    private readonly Dictionary<string, Deployment> _byName;
    private readonly Dictionary<string, RateLimitWindow> _windows;
    private readonly Lock _lock = new();
    private readonly RegionOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Takes the configured deployments; they do not change while the region runs, but their limits may.</summary>
    public DeploymentCatalog(IOptions<RegionOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        Created = time.GetUtcNow();
        _byName = new(StringComparer.OrdinalIgnoreCase);
        foreach (var deployment in _options.Deployments)
            _byName[deployment.Name] = deployment;
        _windows = _byName.Values.ToDictionary(deployment => deployment.Name, Configured, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>When the deployments came to be: the start of the region.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Names that a client may send, in configured order.</summary>
    public IEnumerable<string> Names => _byName.Values.Select(deployment => deployment.Name);

    /// <summary>Finds the deployment that <paramref name="model"/> names.</summary>
    public bool TryFind(string model, [NotNullWhen(true)] out Deployment? deployment) => _byName.TryGetValue(model, out deployment);

    /// <summary>The model's name as answers state it: dated on api.openai.com, the deployment's own on Azure.</summary>
    public string Echo(Deployment deployment) => _options.Flavor == ApiFlavor.OpenAI ? deployment.DatedName : deployment.Name;

    /// <summary>Counts a request against a deployment's quota.</summary>
    /// <returns>What is left; and the refusal, where the quota is enforced and used up.</returns>
    internal (RateLimitReading Reading, ApiError? Fault) Admit(Deployment deployment, int tokens)
    {
        var (reading, admitted) = Window(deployment.Name).Admit(tokens);
        return (reading, admitted ? null : Throttled(deployment, reading, tokens));
    }

    /// <summary>Counts tokens that a deployment made.</summary>
    internal void Count(Deployment deployment, int tokens) => Window(deployment.Name).Count(tokens);

    /// <summary>Sets enforced limits for a deployment; null lifts one.</summary>
    public void Limit(string deployment, long? requestsPerMinute, long? tokensPerMinute)
    {
        lock (_lock)
            _windows[deployment] = new(requestsPerMinute, tokensPerMinute, enforce: true, _time);
    }

    /// <summary>Back to the configured limits, unused.</summary>
    public void ResetLimits()
    {
        lock (_lock)
        {
            foreach (var deployment in _byName.Values)
                _windows[deployment.Name] = Configured(deployment);
        }
    }

    private RateLimitWindow Window(string deployment)
    {
        lock (_lock)
            return _windows[deployment];
    }

    private RateLimitWindow Configured(Deployment deployment) =>
        new((long?)deployment.Capacity * RequestsPerCapacity, (long?)deployment.Capacity * TokensPerCapacity, _options.EnforceRateLimits, _time);

    private ApiError Throttled(Deployment deployment, RateLimitReading reading, int tokens)
    {
        var seconds = (int)Math.Max(1, Math.Ceiling(reading.Reset.TotalSeconds));
        var byRequests = reading.RequestsRemaining == 0;
        var kind = byRequests ? "requests" : "tokens";
        var error = _options.Flavor == ApiFlavor.Azure
            ? byRequests ? ApiErrors.AzureRequestLimit(deployment.Name, _options.Name) : ApiErrors.AzureRateLimit(deployment.Name, AzureRegionNames.Display(_options.Name), seconds)
            : ApiErrors.OpenAIRateLimit(
                deployment.Name, kind, byRequests ? reading.RequestLimit : reading.TokenLimit,
                byRequests ? reading.RequestLimit : reading.TokenLimit - reading.TokensRemaining, byRequests ? 1 : tokens, reading.Reset);
        return error with
        {
            Headers = new(reading.Headers(_options.Flavor))
            {
                ["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture),
                ["retry-after-ms"] = ((long)Math.Ceiling(reading.Reset.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture),
            },
        };
    }
}
