using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Observation;

/// <summary>The pins of what an answer says that a backend has.</summary>
/// <param name="request">What was asked.</param>
/// <param name="backend">Who answers.</param>
/// <param name="expiresAt">Until when they are known.</param>
internal sealed class MadePins(SessionRequest request, string backend, DateTimeOffset expiresAt)
{
    private bool IsCreation => request.Path.Operation == ApiOperation.CreateResponse;

    /// <summary>Until when they are known.</summary>
    public DateTimeOffset ExpiresAt => expiresAt;

    /// <summary>Where there is no session, an id is one of its own.</summary>
    public Pin Of(SessionId id, string? session = null) => new(id, request.Owner, backend, session ?? id.Text, expiresAt)
    {
        Home = id.Kind is SessionKeyKind.Response or SessionKeyKind.Item && session is not null ? IsCreation ? request.HomeOf(backend) : request.Pin?.Home : null,
    };

    /// <summary>A response.</summary>
    public Pin OfResponse(string id, string? session) => Of(SessionId.Response(id), session) with
    {
        Continues = !IsCreation ? request.Pin?.Continues : request.Replay is null ? null : request.Keys.PreviousResponseId,
    };

    /// <summary>Items, and what in them only their maker can read, go to <paramref name="pins"/>.</summary>
    public void AddItems(List<Pin> pins, AnswerFacts facts, List<string> items, string? session)
    {
        foreach (var item in items)
            pins.Add(Of(SessionId.Item(item), session));
        AddEncryptedContents(pins, facts, session);
    }

    /// <summary>What only its maker can read goes to <paramref name="pins"/>.</summary>
    public void AddEncryptedContents(List<Pin> pins, AnswerFacts facts, string? session)
    {
        foreach (var content in facts.EncryptedContents)
            pins.Add(Of(content, session));
    }

    /// <summary>Containers go to <paramref name="pins"/>: several turns may use one, and it outlives each of them.</summary>
    public void AddContainers(List<Pin> pins, AnswerFacts facts)
    {
        foreach (var container in facts.Containers)
            pins.Add(Of(SessionId.Item(container)));
    }

    /// <summary>The pool's own fields.</summary>
    public List<Pin> OfDeclared(AnswerFacts facts) => [.. facts.Declared.Select(field => Of(SessionId.Declared(request.Pool.Name, field.Name, field.Id)))];

    /// <summary>What the request named and nobody knew, and what is kept longer, goes to <paramref name="pins"/>.</summary>
    public void AddLearned(List<Pin> pins)
    {
        foreach (var id in request.LearnedFrom(backend))
            pins.Add(Of(id));
    }
}
