namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>A message as the caller sent it, before the region gave it an id.</summary>
/// <param name="Role"><c>user</c>, <c>assistant</c>, <c>system</c> or <c>developer</c>.</param>
/// <param name="Content">The parts in order.</param>
public sealed record InputMessage(string Role, IReadOnlyList<ContentPart> Content);
