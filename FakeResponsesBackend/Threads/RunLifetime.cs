namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>How long after its making an unfinished run expires; it differs by path family, as recorded.</summary>
/// <param name="Working">While the model works.</param>
/// <param name="WaitingForTools">Once the caller must run tools.</param>
internal sealed record RunLifetime(TimeSpan Working, TimeSpan WaitingForTools)
{
    /// <summary>OpenAI and Azure OpenAI.</summary>
    public static RunLifetime Usual { get; } = new(TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(600));

    /// <summary>Foundry projects.</summary>
    public static RunLifetime Foundry { get; } = new(TimeSpan.FromSeconds(1800), TimeSpan.FromSeconds(36000));
}
