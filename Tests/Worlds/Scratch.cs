namespace SessionAware.Tests.Worlds;

/// <summary>Folders for what a test writes, beside the tests' own binaries: they go when the build output goes.</summary>
public static class Scratch
{
    /// <summary>A new, empty folder.</summary>
    public static string Folder(string prefix) =>
        Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "scratch", $"{prefix}-{Path.GetRandomFileName()}")).FullName;
}
