namespace SessionAware.Standalone;

/// <summary>One web application of the process.</summary>
/// <param name="Name">The gateway or a region.</param>
/// <param name="Url">Where it listens.</param>
/// <param name="Setting">The environment variable that moves it.</param>
/// <param name="Settings">Its configuration.</param>
internal sealed record WebNode(string Name, string Url, string Setting, IReadOnlyDictionary<string, string?> Settings);
