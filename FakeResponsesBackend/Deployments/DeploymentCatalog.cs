using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>The region's deployments by name, each with its quota window.</summary>
public sealed class DeploymentCatalog
{
    private readonly Dictionary<string, (Deployment Deployment, RateLimitWindow Window)> _byName;
    private readonly ApiFlavor _flavor;

    /// <summary>Takes the configured deployments; they do not change while the region runs.</summary>
    public DeploymentCatalog(IOptions<RegionOptions> options, TimeProvider time)
    {
        _flavor = options.Value.Flavor;
        Created = time.GetUtcNow();
        _byName = new(StringComparer.OrdinalIgnoreCase);
        foreach (var deployment in options.Value.Deployments)
            _byName[deployment.Name] = (deployment, new RateLimitWindow(deployment.Capacity, time));
    }

    /// <summary>When the deployments came to be: the start of the region.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Names that a client may send, in configured order.</summary>
    public IEnumerable<string> Names => _byName.Values.Select(entry => entry.Deployment.Name);

    /// <summary>Finds the deployment that <paramref name="model"/> names.</summary>
    public bool TryFind(string model, [NotNullWhen(true)] out Deployment? deployment, [NotNullWhen(true)] out RateLimitWindow? window)
    {
        (deployment, window) = _byName.GetValueOrDefault(model);
        return deployment is not null;
    }

    /// <summary>The model's name as answers state it: dated on api.openai.com, the deployment's own on Azure.</summary>
    public string Echo(Deployment deployment) => _flavor == ApiFlavor.OpenAI ? deployment.DatedName : deployment.Name;
}
