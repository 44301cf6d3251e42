using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Threads;

/// <summary>
/// Where a request goes on when its socket has something: on the thread that has heard of it, rather than on one of the pool that is told. For a proxy, which does
/// little at a time, telling costs more than what is then done. Whatever may take long leaves that thread, for other sockets wait for it.
/// </summary>
internal static class SocketCompletions
{
    /// <summary>The runtime's own setting, 1 or 0; what is set outside counts.</summary>
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    // A few ten microseconds of reading JSON.
    private const int LargestInline = 64 * 1024;

    /// <summary>Has sockets go on where they are heard of. To be called before the process has its first socket, and by nobody who shares it with others.</summary>
    public static void UseInlineSocketCompletions(this WebApplicationBuilder builder)
    {
        if (AreInline(builder.Configuration))
            Environment.SetEnvironmentVariable(Variable, "1");
    }

    /// <summary>Whether they are to. Clients of Azure may wait on a thread for what only that thread would hear: over Cosmos DB they stay in the pool.</summary>
    public static bool AreInline(IConfiguration configuration) => configuration[Variable] switch
    {
        { Length: > 0 } set => set == "1",
        _ => configuration[$"{SessionsOptions.Section}:{nameof(SessionsOptions.Store)}"] is null or "" or SessionsOptions.Sqlite,
    };

    /// <summary>Goes on in the pool where <paramref name="bytes"/> are many.</summary>
    public static ValueTask LeaveForAsync(long bytes) => bytes > LargestInline ? LeaveAsync() : ValueTask.CompletedTask;

    /// <summary>Goes on in the pool.</summary>
    public static async ValueTask LeaveAsync() => await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
