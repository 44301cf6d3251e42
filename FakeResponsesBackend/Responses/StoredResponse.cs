using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>One response that the region remembers; anyone may continue from it, more than once.</summary>
/// <param name="Body">The response as it stands.</param>
/// <param name="Before">What the model was given before this turn's input.</param>
/// <param name="Input">Items of this turn, with ids.</param>
/// <param name="After">The history that a follow-up continues.</param>
public sealed record StoredResponse(ResponseBody Body, History Before, IReadOnlyList<Item> Input, History After)
{
    /// <summary>When the region begins to find it: a region may lag behind what it has streamed.</summary>
    public DateTimeOffset VisibleFrom { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The run in the background that makes or made it; null for a response of the foreground.</summary>
    internal BackgroundRun? Run { get; init; }

    /// <summary>What the model was given, oldest first.</summary>
    public IReadOnlyList<Item> InputItems() => [.. Before.Items(), .. Input];
}
