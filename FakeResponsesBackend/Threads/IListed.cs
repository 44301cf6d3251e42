namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Something that lists show, found by its id.</summary>
public interface IListed
{
    /// <summary>The cursor for <c>after</c> and <c>before</c>.</summary>
    string Id { get; }
}
