using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>What stage ① learned of a request to an API with affinity by ids.</summary>
internal sealed class SessionRequest
{
    /// <summary>The pool.</summary>
    public required PoolModel Pool { get; init; }

    /// <summary>Who asks; empty where callers are not known.</summary>
    public required string Owner { get; init; }

    /// <summary>What they ask for.</summary>
    public required ApiPath Path { get; init; }

    /// <summary>What the body says.</summary>
    public BodyKeys Keys { get; set; } = BodyKeys.None;

    /// <summary>The body, where it was read to find keys in it; null where it streams through.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The state that decides where the request goes; null where nothing does.</summary>
    public Pin? Pin { get; set; }

    /// <summary>How long the request still waits for ids.</summary>
    public LookupPatience Patience { get; } = new();

    /// <summary>Ids that are not on record: the backend that knows them will be theirs.</summary>
    public List<SessionId> Unknown { get; } = [];

    /// <summary>The session that the request continues; null where it begins one.</summary>
    public string? Session => Pin is { Id.Kind: not SessionKeyKind.Header } pin ? pin.Session : null;

    /// <summary>Whether success makes something that later requests may name.</summary>
    public bool BeginsSession => Path.Operation switch
    {
        ApiOperation.CreateResponse => Keys.Store,
        ApiOperation.CreateConversation or ApiOperation.CreateDeclared => true,
        _ => Unknown.Count > 0,
    };

    /// <summary>Makes the body readable from its beginning, for another attempt.</summary>
    public void Rewind(HttpRequest request)
    {
        if (Body is { } body)
            request.Body = new MemoryStream(body, writable: false);
    }
}
