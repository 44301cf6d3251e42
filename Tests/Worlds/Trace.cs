namespace SessionAware.Tests.Worlds;

/// <summary>An exchange on file. One that differs is left in <c>artifacts/traces</c>, to be read and, if it is right, put in place.</summary>
public static class Trace
{
    public static void AssertSame(string name, string actual)
    {
        var masked = Golden.Mask(actual).TrimEnd('\n') + "\n";
        var path = Path.Combine(Repository.Root, "Tests", "Regions", "Traces", $"{name}.txt");
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected == masked)
            return;
        var received = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "traces")).FullName, $"{name}.txt");
        File.WriteAllText(received, masked);
        Assert.Fail($"The exchange is not the one in {path}; see {received}.\n{FirstDifference(expected, masked)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        var at = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        static string Around(string text, int at) => text[Math.Min(text.Length, Math.Max(0, at - 80))..Math.Min(text.Length, at + 120)];
        return $"Expected: …{Around(expected, at)}…\nActual:   …{Around(actual, at)}…";
    }
}
