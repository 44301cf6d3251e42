namespace SessionAware.Tests.Worlds;

/// <summary>The working tree that these tests were built in.</summary>
public static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? directory) => directory switch
    {
        null => throw new InvalidOperationException($"No SessionAware.Offline.slnf above {AppContext.BaseDirectory}."),
        _ when File.Exists(Path.Combine(directory.FullName, "SessionAware.Offline.slnf")) => directory.FullName,
        _ => Find(directory.Parent),
    };
}
