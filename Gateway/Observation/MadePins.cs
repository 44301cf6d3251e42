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

    /// <summary>Items, and what in them only their maker can read.</summary>
    public List<Pin> OfItems(AnswerFacts facts, IReadOnlyList<string> items, string? session) =>
        [.. items.Select(item => Of(SessionId.Item(item), session)), .. facts.EncryptedContents.Select(content => Of(content, session))];

    /// <summary>Several turns may use one, and it outlives each of them. Lists may repeat any.</summary>
    public IEnumerable<Pin> OfContainers(AnswerFacts facts) => facts.Containers.Distinct().Select(container => Of(SessionId.Item(container)));

    /// <summary>The pool's own fields.</summary>
    public IReadOnlyList<Pin> OfDeclared(AnswerFacts facts) => [.. facts.Declared.Select(field => Of(SessionId.Declared(request.Pool.Name, field.Key, field.Value)))];

    /// <summary>What the request named and nobody knew, and what is kept longer.</summary>
    public IEnumerable<Pin> Learned() => request.LearnedFrom(backend).Select(id => Of(id));
}
