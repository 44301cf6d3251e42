using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary><c>/conversations</c> and the items in them.</summary>
internal static class ConversationEndpoints
{
    public static void AddConversations(this IServiceCollection services)
    {
        services.AddSingleton<ConversationStore>();
        services.AddSingleton<ConversationLookup>();
    }

    public static void MapConversations(this IEndpointRouteBuilder family)
    {
        family.MapPost("/conversations", Create);
        family.MapGet("/conversations/{id}", (string id, ConversationLookup lookup) =>
            lookup.TryGet(id, out var found, out var fault) ? WireJson.Ok(ConversationBody.Of(found)) : fault);
        family.MapPost("/conversations/{id}", Update);
        family.MapDelete("/conversations/{id}", (string id, ConversationLookup lookup, ConversationStore store) =>
            lookup.TryGet(id, out _, out var fault) && store.Remove(id) ? WireJson.Ok(new DeletedConversation(id)) : fault ?? ApiErrors.ConversationNotFound(id));
        family.MapPost("/conversations/{id}/items", AddItems);
        family.MapGet("/conversations/{id}/items", ListItems);
        family.MapGet("/conversations/{id}/items/{itemId}", RetrieveItem);
        family.MapDelete("/conversations/{id}/items/{itemId}", DeleteItem);
    }

    private static IResult Create(HttpContext context, ConversationStore store, InputResolver resolver, IdLedger ledger, TimeProvider time)
    {
        var (request, unreadable) = JsonBody.Read(context, ConversationRequest.ReadCreate, optional: true);
        if (request is null)
            return unreadable!;
        var at = time.GetUtcNow();
        var partition = ResourceId.NewPartition();
        var (items, fault) = resolver.Resolve(request.Items, History.Empty, prefix => ResourceId.MintInConversation(prefix, partition, at), outputsMayFollow: true);
        if (items is null)
            return fault!;
        var conversation = new Conversation(
            ResourceId.MintInConversation(ResourceId.Conversation, partition, at), at.ToUnixTimeSeconds(), request.Metadata ?? new Dictionary<string, string>(), History.Empty.Append(items));
        store.Add(conversation);
        ledger.Minted(conversation.Id);
        context.Features.Get<JournalEntry>()?.Made = conversation.Id;
        return WireJson.Ok(ConversationBody.Of(conversation));
    }

    private static IResult Update(string id, HttpContext context, ConversationLookup lookup, ConversationStore store)
    {
        if (!lookup.TryGet(id, out _, out var unknown))
            return unknown;
        var (request, unreadable) = JsonBody.Read(context, ConversationRequest.ReadUpdate);
        if (request is null)
            return unreadable!;
        return store.Change(id, conversation => conversation with { Metadata = request.Metadata! }) is { } changed
            ? WireJson.Ok(ConversationBody.Of(changed))
            : ApiErrors.ConversationNotFound(id);
    }

    private static IResult AddItems(string id, HttpContext context, ConversationLookup lookup, ConversationStore store, InputResolver resolver, TimeProvider time)
    {
        if (!lookup.TryGet(id, out _, out var unknown))
            return unknown;
        var (request, unreadable) = JsonBody.Read(context, ConversationRequest.ReadAdd);
        if (request is null)
            return unreadable!;
        using var lease = store.Lease(id);
        if (lease is null)
            return ApiErrors.ConversationLocked();
        var (at, partition) = (time.GetUtcNow(), ResourceId.PartitionOfConversation(id));
        var (items, fault) = resolver.Resolve(request.Items, lease.Before, prefix => ResourceId.MintInConversation(prefix, partition, at), outputsMayFollow: true);
        if (items is null)
            return fault!;
        lease.Append(items);
        return WireJson.Ok(new ItemList([.. items.Select(item => item.Listed(Inclusion.None))], HasMore: false));
    }

    private static IResult ListItems(string id, HttpRequest request, ConversationLookup lookup)
    {
        if (!lookup.TryGet(id, out var conversation, out var unknown))
            return unknown;
        var (page, unreadable) = ItemPage.Read(request.Query);
        return page is null ? unreadable! : page.Of(conversation.Items.Items());
    }

    private static IResult RetrieveItem(string id, string itemId, HttpRequest request, ConversationLookup lookup)
    {
        if (!lookup.TryGet(id, out var conversation, out var unknown))
            return unknown;
        var query = new QueryReader(request.Query);
        var include = query.Include();
        if (query.Fault is { } unreadable)
            return unreadable;
        return conversation.Items.Items().FirstOrDefault(item => item.Id == itemId) is { } found
            ? WireJson.Ok(found.Listed(include))
            : ApiErrors.ConversationItemNotFound(itemId);
    }

    /// <summary>Answers with the conversation, as specification and official clients have it.</summary>
    private static IResult DeleteItem(string id, string itemId, ConversationLookup lookup, ConversationStore store)
    {
        if (!lookup.TryGet(id, out _, out var unknown))
            return unknown;
        using var lease = store.Lease(id);
        if (lease is null)
            return ApiErrors.ConversationLocked();
        if (lease.Before.Items().All(item => item.Id != itemId))
            return ApiErrors.ConversationItemNotFound(itemId);
        return store.Change(id, current => current with { Items = current.Items.Without(itemId) }) is { } changed
            ? WireJson.Ok(ConversationBody.Of(changed))
            : ApiErrors.ConversationNotFound(id);
    }
}
