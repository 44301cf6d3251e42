using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary><c>GET /models</c> and <c>GET /models/{model}</c>.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder family)
    {
        family.MapGet("/models", (DeploymentCatalog catalog) =>
            WireJson.Ok(new ModelList([.. catalog.Names.Select(name => Describe(catalog, name))])));
        family.MapGet("/models/{model}", (string model, DeploymentCatalog catalog) => catalog.TryFind(model, out var found)
            ? WireJson.Ok(Describe(catalog, found.Name))
            : ApiErrors.ModelNotFound(model) with { Status = StatusCodes.Status404NotFound });
    }

    private static ModelBody Describe(DeploymentCatalog catalog, string name) => new(name, catalog.Created.ToUnixTimeSeconds(), "system");
}
