using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.ChatCompletions;
using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.WebSockets;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>The same operations under every path that the services use.</summary>
internal static class PathFamilies
{
    public static void MapPathFamilies(this IEndpointRouteBuilder app)
    {
        var region = app.MapGroup("").AddEndpointFilter(app.ServiceProvider.GetRequiredService<ApiKeyFilter>());

        region.MapGroup("/v1").MapOperations();
        region.MapGroup("/openai/v1").MapOperations();
        region.MapGroup("/api/projects/{project}/openai/v1").MapOperations();

        // The older family exists only with its api-version; without one Azure has nothing at that address.
        var versioned = region.MapGroup("/openai").AddEndpointFilter(async (context, next) =>
            context.HttpContext.Request.Query.ContainsKey("api-version") ? await next(context) : UnknownPath(context.HttpContext));
        versioned.MapOperations();
        versioned.MapDeploymentChatCompletions();

        region.MapFallback("{**path}", UnknownPath);
    }

    private static void MapOperations(this RouteGroupBuilder family)
    {
        family.MapResponses();
        family.MapResponseConnections();
        family.MapChatCompletions();
        family.MapConversations();
        family.MapModels();
    }

    /// <summary>The answer where the region has nothing.</summary>
    public static IResult UnknownPath(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<RegionOptions>>().Value.Flavor == ApiFlavor.Azure
            ? ApiErrors.ResourceNotFound()
            : ApiErrors.InvalidUrl(context.Request.Method, context.Request.Path);
}
