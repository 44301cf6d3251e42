using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Replay;
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

    /// <summary>What had been forgotten when it came, a number of <see cref="ForgottenIds"/>: what is forgotten later is not recorded by its answer.</summary>
    public long Since { get; init; }

    /// <summary>What the body says.</summary>
    public BodyKeys Keys { get; set; } = BodyKeys.None;

    /// <summary>The body, where it was read to find keys in it; null where it streams through.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The body that backends get instead of the caller's; null where they get that.</summary>
    public byte[]? Outgoing { get; set; }

    /// <summary>Whether it only reads, and all at once.</summary>
    public bool Reads { get; init; }

    /// <summary>Whether it deletes.</summary>
    public bool Deletes { get; init; }

    /// <summary>Whether a list is wanted from its beginning.</summary>
    public bool IsAscending { get; init; }

    /// <summary>Whether the caller is sure that it may be executed though it may have been before.</summary>
    public bool IsSure { get; init; }

    /// <summary>What is sent is the recorded conversation; null where the backend knows what led to the request.</summary>
    public ReplayReport? Replay { get; set; }

    /// <summary>What the caller is told was taken along and left out; null where the backend gets what the caller sent.</summary>
    public ReplayReport? Told => Replay ?? (Stripped > 0 ? new(0, 0, 0, Stripped) : null);

    /// <summary>Reasoning in the input that was left out because its session's backend cannot read it.</summary>
    public int Stripped { get; set; }

    /// <summary>Where encrypted contents of the input can be read.</summary>
    public Dictionary<SessionId, string> Readers { get; } = [];

    /// <summary>The state that decides where the request goes; null where nothing does.</summary>
    public Pin? Pin { get; set; }

    /// <summary>Whether success is to keep <see cref="Pin"/> longer.</summary>
    public bool IsPinKeptLonger { get; set; }

    /// <summary>How long the request still waits for ids.</summary>
    public LookupPatience Patience { get; } = new();

    /// <summary>Ids that are not on record: the backend that knows them will be theirs.</summary>
    public List<SessionId> Unknown { get; } = [];

    /// <summary>The session that the request continues; null where it begins one.</summary>
    public string? Session => Pin is { Id.Kind: not SessionKeyKind.Header, Session.Length: > 0 } pin ? pin.Session : null;

    /// <summary>The backend at which the session began, for what <paramref name="backend"/> makes now; null where that is itself.</summary>
    public string? HomeOf(string backend)
    {
        // Where every request takes its history along, nothing is at home anywhere.
        if (Pin is not { Id.Kind: SessionKeyKind.Response } pin || Pool.Ids!.Replay.Injects)
            return null;
        var home = pin.Home ?? (IsAt(pin, backend) ? null : pin.Backend);
        return home is null || home.Equals(backend, StringComparison.OrdinalIgnoreCase) ? null : home;
    }

    /// <summary>Whether what it makes would be there twice after a second execution: a response, or items of a conversation.</summary>
    public bool Makes => Path switch
    {
        { Operation: ApiOperation.CreateResponse } => true,
        { Operation: ApiOperation.Conversation, Rest.Length: > 0 } => Body is not null && !Deletes,
        _ => false,
    };

    /// <summary>What a deletion deletes, and how the region calls it; null where the path names nothing that can be.</summary>
    public (SessionId Id, string Name)? Deleted => Path switch
    {
        { Operation: ApiOperation.Response, Id: { } id, Rest: "" } => (SessionId.Response(id), id),
        { Operation: ApiOperation.Conversation, Id: { } id, Rest: "" } => (SessionId.Conversation(id), id),
        { Operation: ApiOperation.Conversation, Rest: var rest } when rest.StartsWith("items/", StringComparison.OrdinalIgnoreCase) =>
            (SessionId.Item(rest["items/".Length..]), rest["items/".Length..]),
        { Operation: ApiOperation.Declared, Id: { } id, Rest: "", Key.Name: { } name } => (SessionId.Declared(Pool.Name, name, id), id),
        _ => null,
    };

    /// <summary>Whether success makes something that later requests may name.</summary>
    public bool BeginsSession => Pin?.Id.Kind == SessionKeyKind.Header || Path.Operation switch
    {
        ApiOperation.CreateResponse => Keys.Store,
        ApiOperation.CreateConversation or ApiOperation.CreateDeclared => true,
        _ => Unknown.Count > 0,
    };

    /// <summary>Whether it names state that is not on record: one backend may know it, and another's refusal would be final.</summary>
    public bool NamesUnknown => Unknown.Any(id => id.Kind != SessionKeyKind.Header);

    /// <summary>The ids that are written when <paramref name="backend"/> has served: what was not on record, and what decided, where it is kept longer.</summary>
    public IReadOnlyList<SessionId> LearnedFrom(string backend) =>
        Pin is { } pin && IsPinKeptLonger && IsAt(pin, backend) ? [.. Unknown, pin.Id] : Unknown;

    /// <summary>Whether what decided was a hint, and another backend has served.</summary>
    public bool HasMovedTo(string backend) => Pin is { Id.Kind: SessionKeyKind.Header } hint && !IsAt(hint, backend);

    /// <summary>
    /// Whether <paramref name="pin"/> is known before the store has it: of a header's value that comes in several requests at once, the store accepts one backend.
    /// </summary>
    public bool IsKnownAtOnce(Pin pin) => pin.Id.Kind != SessionKeyKind.Header || IsKeptLonger(pin);

    /// <summary>Whether <paramref name="pin"/> is what decided, where it was, and only kept longer.</summary>
    public bool IsKeptLonger(Pin pin) => Pin is { } known && known.Id == pin.Id && IsAt(known, pin.Backend);

    private static bool IsAt(Pin pin, string backend) => pin.Backend.Equals(backend, StringComparison.OrdinalIgnoreCase);

    /// <summary>After a move, reasoning of another backend's would fail the request.</summary>
    public void LeaveOutUnreadable(string? reader)
    {
        var unreadable = Readers.Where(read => !read.Value.Equals(reader, StringComparison.OrdinalIgnoreCase)).Select(read => read.Key).ToHashSet();
        if (unreadable.Count > 0 && Stripped == 0)
            (Outgoing, Stripped) = RequestBody.WithoutReasoning(Body, unreadable);
    }

    /// <summary>Makes the body readable from its beginning, for another attempt.</summary>
    public void Rewind(HttpRequest request)
    {
        if ((Outgoing ?? Body) is not { } body)
            return;
        request.Body = new MemoryStream(body, writable: false);
        if (request.ContentLength is not null)
            request.ContentLength = body.Length;
    }
}
