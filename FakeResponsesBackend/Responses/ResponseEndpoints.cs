using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary><c>/responses</c>: create, retrieve, delete, list input items.</summary>
internal static class ResponseEndpoints
{
    public static void MapResponses(this IEndpointRouteBuilder family)
    {
        family.MapPost("/responses", CreateAsync);
        family.MapGet("/responses/{id}", Retrieve);
        family.MapDelete("/responses/{id}", Delete);
        family.MapGet("/responses/{id}/input_items", ListInputItems);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, DeploymentCatalog catalog, ResponseStore store, EventPace pace, IOptions<RegionOptions> region, TimeProvider time)
    {
        var (body, unreadable) = await ReadBodyAsync(context, region.Value.MaxRequestBodyBytes);
        if (body is null)
            return unreadable!;
        CreateRequest? request;
        using (body)
        {
            (request, var fault) = CreateRequestReader.Read(body.RootElement);
            if (request is null)
                return fault!;
        }

        if (!catalog.TryFind(request.Model, out var deployment, out var window))
            return region.Value.Flavor == ApiFlavor.Azure ? ApiErrors.DeploymentNotFound() : ApiErrors.ModelNotFound(request.Model);
        StoredResponse? previous = null;
        if (request.PreviousResponseId is { } previousId && !store.TryGet(previousId, out previous))
            return ApiErrors.PreviousResponseNotFound(previousId);

        var turn = new ResponseTurn(request, catalog.Echo(deployment), previous, time.GetUtcNow());
        window.Count(turn.InputTokens).WriteTo(context.Response.Headers);
        StoredResponse Finish()
        {
            var finished = turn.Finish(time.GetUtcNow());
            if (request.Store)
                store.Add(finished);
            return finished;
        }

        return request.Stream
            ? new EventStreamResult(ResponseEvents.Of(turn, request.IncludeObfuscation, Finish), pace)
            : WireJson.Ok(Finish().Body);
    }

    private static async Task<(JsonDocument? Body, ApiError? Fault)> ReadBodyAsync(HttpContext context, long limit)
    {
        try
        {
            return (await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted), null);
        }
        catch (JsonException)
        {
            return (null, ApiErrors.InvalidJson());
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, ApiErrors.RequestTooLarge(limit));
        }
        catch (BadHttpRequestException unreadable)
        {
            return (null, ApiErrors.InvalidJson() with { Status = unreadable.StatusCode });
        }
    }

    private static IResult Retrieve(string id, string? stream, ResponseStore store)
    {
        if (!store.TryGet(id, out var found))
            return ApiErrors.ResponseNotFound(id);
        return bool.TryParse(stream, out var streamed) && streamed ? ApiErrors.NotStreamable() : WireJson.Ok(found.Body);
    }

    private static IResult Delete(string id, ResponseStore store) =>
        store.Remove(id) ? WireJson.Ok(new DeletedResponse(id)) : ApiErrors.ResponseNotFound(id);

    private static IResult ListInputItems(string id, HttpRequest request, ResponseStore store)
    {
        if (!store.TryGet(id, out var found))
            return ApiErrors.ResponseNotFound(id);
        var (page, fault) = ItemPage.Read(request.Query);
        return page is null ? fault! : page.Of(found.InputItems());
    }
}
