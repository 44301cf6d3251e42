using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>What was ordered to go wrong with one request, once it has been accepted.</summary>
public sealed record RequestFaults
{
    /// <summary>Nothing.</summary>
    public static RequestFaults None { get; } = new();

    /// <summary>Another latency than the region's.</summary>
    public Latency? Latency { get; init; }

    /// <summary>The connection is cut after so many events, 1 or more.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Nothing more comes, for ever, after so many events, 1 or more.</summary>
    public int? HangAfter { get; init; }

    /// <summary>An error within the stream.</summary>
    public StreamErrorFault? StreamError { get; init; }

    /// <summary>How long the region does not find what it has just streamed.</summary>
    public TimeSpan? VisibilityLag { get; init; }
}

/// <summary>An <c>error</c> event, after so many others; then <c>response.failed</c>, unless nobody has heard of the response.</summary>
/// <param name="AfterEvents">How many.</param>
/// <param name="Error">The error.</param>
/// <param name="Status">The HTTP status that it stands for, where the transport says so.</param>
public sealed record StreamErrorFault(int AfterEvents, StreamError Error, int Status);

/// <summary>A fault wants the connection gone.</summary>
public sealed class ConnectionCutException : Exception
{
    /// <summary>Creates it.</summary>
    public ConnectionCutException() : base("A fault that was asked for cuts the connection.")
    {
    }

    /// <summary>Creates it with another text.</summary>
    public ConnectionCutException(string message) : base(message)
    {
    }

    /// <summary>Creates it with a cause.</summary>
    public ConnectionCutException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
