using System.ComponentModel.DataAnnotations;

namespace SessionAware.Gateway.Sessions;

/// <summary>Where sessions are kept and for how long, section <c>Gateway:Sessions</c>.</summary>
public sealed class SessionsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = $"{GatewayOptions.Section}:Sessions";

    /// <summary><see cref="Store"/>: one file.</summary>
    public const string Sqlite = "sqlite";

    /// <summary><see cref="Store"/>: Azure Cosmos DB for NoSQL.</summary>
    public const string Cosmos = "cosmos";

    /// <summary>What keeps them: <c>sqlite</c>, or <c>cosmos</c>, the account that connection string <c>cosmos</c> names. Default <c>sqlite</c>.</summary>
    [AllowedValues(Sqlite, Cosmos, ErrorMessage = "Gateway:Sessions:Store must be sqlite or cosmos.")]
    public string Store { get; set; } = Sqlite;

    /// <summary>The SQLite file; replicas on one machine share it. It is made where it is missing. Default <c>sessions.db</c> in the working directory.</summary>
    [Required(ErrorMessage = "Gateway:Sessions:File must name a file.")]
    public string File { get; set; } = "sessions.db";

    /// <summary>How long a record is kept. Default 30 days, as the services keep responses.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ErrorMessage = "Gateway:Sessions:Retention must be between 00:01:00 and 3650.00:00:00.")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long an answer or a question waits for the store. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00", ErrorMessage = "Gateway:Sessions:StoreTimeout must be between 00:00:00.010 and 00:01:00.")]
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Ids kept in memory in front of the store. Default 100,000, about 40 MB.</summary>
    [Range(16, 100_000_000, ErrorMessage = "Gateway:Sessions:CachedIds must be between 16 and 100000000.")]
    public int CachedIds { get; set; } = 100_000;

    /// <summary>Turns that wait in memory for a store that is slow or down; one more is lost, and counted. Default 10,000.</summary>
    [Range(0, 10_000_000, ErrorMessage = "Gateway:Sessions:QueuedTurns must be between 0 and 10000000.")]
    public int QueuedTurns { get; set; } = 10_000;

    /// <summary>Bytes that they keep in memory. Default 256 MiB.</summary>
    [Range(0, long.MaxValue, ErrorMessage = "Gateway:Sessions:QueuedBytes must not be negative.")]
    public long QueuedBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>The largest JSON answer, and the largest event of a stream, that is held to be recorded, in bytes; of a larger one only the ids are. Default 64 MiB.</summary>
    [Range(1024, 2_000_000_000, ErrorMessage = "Gateway:Sessions:MaxRecordedBytes must be between 1024 and 2000000000.")]
    public int MaxRecordedBytes { get; set; } = 64 * 1024 * 1024;
}
