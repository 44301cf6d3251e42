using System.Text.Json.Serialization;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>A document of the container: an id and where it is, with its turn where it is a response's; or a part, a claim, an erasure.</summary>
internal sealed record SessionDocument
{
    /// <summary>An id that belongs to a session.</summary>
    public const string PinType = "pin";

    /// <summary>One that does not.</summary>
    public const string AttemptType = "attempt";

    /// <summary>Says whose an id is that others may name, too.</summary>
    public const string ClaimType = "claim";

    /// <summary>A part of what was too large.</summary>
    public const string PartType = "part";

    /// <summary>Tells other replicas what to forget.</summary>
    public const string ErasureType = "erasure";

    public string Id { get; init; } = "";

    public string Partition { get; init; } = "";

    public string Type { get; init; } = "";

    public string? Kind { get; init; }

    public string? Text { get; init; }

    public string? Owner { get; init; }

    public string? Backend { get; init; }

    public string? Session { get; init; }

    /// <summary>Milliseconds.</summary>
    public long Created { get; init; }

    /// <summary>Milliseconds.</summary>
    public long Expires { get; init; }

    /// <summary>How long Cosmos keeps it from its last writing on, in seconds.</summary>
    public int? Ttl { get; init; }

    public string? Status { get; init; }

    public string? Model { get; init; }

    public string? Previous { get; init; }

    public string? Conversation { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public string? Home { get; init; }

    public string? Replay { get; init; }

    /// <summary>The items of the turn that are in its partition: they have no documents of their own.</summary>
    public IReadOnlyList<string>? Items { get; init; }

    /// <summary>The items of the turn that have.</summary>
    public IReadOnlyList<string>? Outside { get; init; }

    [JsonConverter(typeof(StoredContentConverter))]
    public StoredContent? Input { get; init; }

    [JsonConverter(typeof(StoredContentConverter))]
    public StoredContent? Answer { get; init; }

    /// <summary>Of a part: its bytes.</summary>
    public byte[]? Data { get; init; }

    [JsonPropertyName("_etag")]
    public string? ETag { get; init; }

    /// <summary>When Cosmos wrote it, in seconds: the one clock that all replicas share.</summary>
    [JsonPropertyName("_ts")]
    public long? WrittenAt { get; init; }

    [JsonIgnore]
    public bool HasTurn => Status is not null;

    [JsonIgnore]
    public bool IsFinal => Status is not (null or "queued" or "in_progress");

    /// <summary>A document of <paramref name="pin"/>.</summary>
    public static SessionDocument Of(Pin pin, DateTimeOffset created)
    {
        var (id, partition) = CosmosKey.Of(pin.Id, pin.Owner);
        return new()
        {
            Id = id,
            Partition = partition,
            Type = pin.Id.Kind == SessionKeyKind.Attempt ? AttemptType : PinType,
            Kind = pin.Id.Kind.ToString(),
            Text = pin.Id.Text,
            Owner = pin.Owner,
            Backend = pin.Backend,
            Session = pin.Session,
            Created = created.ToUnixTimeMilliseconds(),
            Expires = pin.ExpiresAt.ToUnixTimeMilliseconds(),
        };
    }

    /// <summary>Whether it has not expired: Cosmos takes its time to remove what has.</summary>
    public bool IsAlive(DateTimeOffset now) => Expires > now.ToUnixTimeMilliseconds();

    /// <summary>Where <paramref name="id"/> is, which this document has or carries.</summary>
    public Pin ToPin(SessionId id) => new(id, Owner!, Backend!, Session!, DateTimeOffset.FromUnixTimeMilliseconds(Expires))
    {
        Home = Home,
        Continues = Replay is not null && id.Kind == SessionKeyKind.Response ? Previous : null,
    };

    /// <summary>The turn, with what content has been read.</summary>
    public Turn ToTurn() => new(Text!, Owner!, Backend!, Session!, DateTimeOffset.FromUnixTimeMilliseconds(Created), DateTimeOffset.FromUnixTimeMilliseconds(Expires))
    {
        PreviousResponseId = Previous,
        ConversationId = Conversation,
        Status = Status!,
        Model = Model,
        InputTokens = InputTokens,
        OutputTokens = OutputTokens,
        Home = Home,
        Replay = Replay,
        Input = Input?.Bytes ?? default,
        Answer = Answer?.Bytes ?? default,
    };
}
