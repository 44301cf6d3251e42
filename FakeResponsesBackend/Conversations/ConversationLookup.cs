using System.Diagnostics.CodeAnalysis;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary>Finds conversations that callers ask for by id, and enters into the ledger that they did.</summary>
internal sealed class ConversationLookup(ConversationStore store, IdLedger ledger)
{
    public bool TryGet(string id, [NotNullWhen(true)] out Conversation? found, [NotNullWhen(false)] out ApiError? fault)
    {
        var isKnown = store.TryGet(id, out found);
        ledger.Asked(id, isKnown);
        fault = isKnown ? null : ApiErrors.ConversationNotFound(id);
        return isKnown;
    }
}
