namespace SessionAware.Tests.Worlds;

/// <summary>Asks again and again for what a program does a moment after its answer has gone out.</summary>
public static class Eventually
{
    /// <summary>Ends as soon as <paramref name="isSo"/>; fails where that takes half a minute.</summary>
    public static async Task IsAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await isSo())
            limit.Token.ThrowIfCancellationRequested();
    }
}
