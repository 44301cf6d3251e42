using SessionAware.FakeResponsesBackend.Formats;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>An assistant: what runs are made after.</summary>
/// <param name="Body">The assistant as it is shown.</param>
/// <param name="Format">The form of its answers.</param>
/// <param name="Effort">How much it thinks, where it was told.</param>
internal sealed record StoredAssistant(AssistantBody Body, TextFormat Format, string? Effort) : IRemembered
{
    public string Id => Body.Id;

    public long Bytes { get; } = 1024 + (2L * (Body.Instructions?.Length ?? 0)) + Body.Tools.Sum(tool => 512 + (2L * tool.Function.Parameters.GetRawText().Length));

    public void Forgotten()
    {
        // Runs that it began go on: they carry what they need.
    }
}
