using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary>What a caller sends to begin, change or add to a conversation.</summary>
internal sealed record ConversationRequest(IReadOnlyDictionary<string, string>? Metadata, IReadOnlyList<InputEntry> Items)
{
    private const int MostItems = 20;
    private static readonly HashSet<string> s_createFields = ["metadata", "items"];
    private static readonly HashSet<string> s_updateFields = ["metadata"];
    private static readonly HashSet<string> s_addFields = ["items"];

    public static ConversationRequest ReadCreate(FieldReader body)
    {
        body.OnlyKnown(s_createFields);
        return new(MetadataReader.Read(body), ReadItems(body));
    }

    public static ConversationRequest ReadUpdate(FieldReader body)
    {
        body.OnlyKnown(s_updateFields);
        var metadata = MetadataReader.Read(body);
        if (metadata is null)
            body.Refuse(ParameterErrors.Missing("metadata"));
        return new(metadata, []);
    }

    public static ConversationRequest ReadAdd(FieldReader body)
    {
        body.OnlyKnown(s_addFields);
        if (body.Value("items") is null)
            body.Refuse(ParameterErrors.Missing("items"));
        return new(null, ReadItems(body));
    }

    private static IReadOnlyList<InputEntry> ReadItems(FieldReader body)
    {
        var items = ItemReader.ReadItems(body, "items");
        if (items.Count > MostItems)
            body.Refuse(ParameterErrors.TooManyItems("items", MostItems, items.Count));
        return items;
    }
}
