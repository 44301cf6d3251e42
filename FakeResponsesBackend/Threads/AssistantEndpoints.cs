using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary><c>/assistants</c>, as far as runs need them.</summary>
internal static class AssistantEndpoints
{
    public static void MapAssistants(this IEndpointRouteBuilder family)
    {
        family.MapPost("/assistants", Create);
        family.MapGet("/assistants", List);
        family.MapGet("/assistants/{id}", (string id, ThreadLookup lookup) => lookup.TryGetAssistant(id, out var found, out var fault) ? ThreadJson.Ok(found.Body) : fault);
        family.MapDelete("/assistants/{id}", Delete);
    }

    private static IResult Create(HttpContext context, RunStarter starter, RecentStore<StoredAssistant> assistants, IdLedger ledger)
    {
        var (request, unreadable) = JsonBody.Read(context, AssistantRequest.Read);
        if (request is null)
            return unreadable!;
        var (assistant, refused) = starter.Assistant(request);
        if (assistant is null)
            return refused!;
        assistants.Add(assistant);
        ledger.Minted(assistant.Id);
        context.Features.Get<JournalEntry>()?.Made = assistant.Id;
        return ThreadJson.Ok(assistant.Body);
    }

    private static IResult List(HttpRequest request, RecentStore<StoredAssistant> assistants)
    {
        var (page, unreadable) = ListPage.Read(request.Query);
        return page is null ? unreadable! : page.Of(assistants.All().Select(assistant => assistant.Body), ThreadErrors.AssistantNotFound);
    }

    private static IResult Delete(string id, ThreadLookup lookup, RecentStore<StoredAssistant> assistants)
    {
        if (!lookup.TryGetAssistant(id, out _, out ApiError? fault))
            return fault;
        return assistants.Remove(id) ? ThreadJson.Ok(new DeletedBody(id, "assistant.deleted")) : ThreadErrors.AssistantNotFound(id);
    }
}
