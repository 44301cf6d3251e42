using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.ChatCompletions;
using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Threads;
using SessionAware.FakeResponsesBackend.WebSockets;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>The same operations under every path that the services use.</summary>
internal static class PathFamilies
{
    public static void MapPathFamilies(this IEndpointRouteBuilder app)
    {
        var region = app.MapGroup("").AddEndpointFilter(app.ServiceProvider.GetRequiredService<IEndpointFilter>());

        var openAI = region.MapGroup("/v1");
        openAI.MapOperations();
        openAI.MapThreads(RunLifetime.Usual);

        var azure = region.MapGroup("/openai/v1");
        azure.MapOperations();
        azure.MapThreads(RunLifetime.Usual);

        region.MapGroup("/api/projects/{project}/openai/v1").MapOperations();

        // These families exist only with their api-version; without one Azure has nothing at that address.
        var dated = region.MapGroup("/openai").AddEndpointFilter(AskForVersionAsync);
        dated.MapOperations();
        dated.MapDeploymentChatCompletions();
        dated.MapThreads(RunLifetime.Usual);

        // Foundry's classic agents stand directly below their project.
        region.MapGroup("/api/projects/{project}").AddEndpointFilter(AskForVersionAsync).MapThreads(RunLifetime.Foundry);

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

    private static async ValueTask<object?> AskForVersionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.Query.ContainsKey("api-version") ? await next(context) : UnknownPath(context.HttpContext);

    /// <summary>The answer where the region has nothing.</summary>
    public static IResult UnknownPath(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<RegionOptions>>().Value.Flavor == ApiFlavor.Azure
            ? ApiErrors.ResourceNotFound()
            : ApiErrors.InvalidUrl(context.Request.Method, context.Request.Path);
}
