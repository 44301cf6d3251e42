using System.Diagnostics.CodeAnalysis;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Finds what callers ask for by id, and enters into the ledger that they did.</summary>
internal sealed class ResponseLookup(ResponseStore store, IdLedger ledger)
{
    /// <summary>Finds a response, or says that there is none.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out StoredResponse? found, [NotNullWhen(false)] out ApiError? fault)
    {
        var isKnown = store.TryGet(id, out found);
        ledger.Asked(id, isKnown);
        fault = isKnown ? null : ApiErrors.ResponseNotFound(id);
        return isKnown;
    }

    /// <summary>Finds a response to continue: one that ended with an output.</summary>
    public StoredResponse? Continuable(string id)
    {
        var found = store.TryGet(id, out var known) && known.Body.Status is ResponseStatus.Completed or ResponseStatus.Incomplete ? known : null;
        ledger.Asked(id, found is not null);
        return found;
    }
}
