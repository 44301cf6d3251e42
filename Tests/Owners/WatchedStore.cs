using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.SqliteSessions;

namespace SessionAware.Tests.Owners;

/// <summary>The gateway's own store, watched: what it is asked is noted, and it can be down or hang.</summary>
public class WatchedStore : DispatchProxy
{
    private static readonly HashSet<string> s_questions = [nameof(ISessionStore.FindAsync), nameof(ISessionStore.ReadTurnAsync)];

    private readonly ConcurrentQueue<string> _asked = new();
    private ISessionStore _store = null!;

    /// <summary>Whether every question and every write fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether questions are never answered.</summary>
    public bool Hangs { get; set; }

    /// <summary>Puts a watched store into a gateway.</summary>
    public static Func<WatchedStore> In(IServiceCollection services)
    {
        WatchedStore? watched = null;
        services.AddSingleton<SqliteSessionStore>();
        services.AddSingleton(provider =>
        {
            var store = Create<ISessionStore, WatchedStore>();
            watched = (WatchedStore)store;
            watched._store = provider.GetRequiredService<SqliteSessionStore>();
            return store;
        });
        return () => watched!;
    }

    /// <summary>What was asked since this was called last: the operation, the kind of id, the owner's own or not.</summary>
    public IReadOnlyList<string> TakeAsked()
    {
        List<string> asked = [];
        while (_asked.TryDequeue(out var question))
            asked.Add(question);
        return asked;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var isQuestion = s_questions.Contains(targetMethod!.Name);
        if (isQuestion)
            _asked.Enqueue($"{targetMethod.Name} {(args![0] is SessionId id ? id.Kind : SessionKeyKind.Response)} {args[1]}");
        if (IsDown && isQuestion)
            return new ValueTask<Pin?>(Task.FromException<Pin?>(Failure()));
        if (IsDown && targetMethod.Name == nameof(ISessionStore.WriteAsync))
            return Task.FromException(Failure());
        if (Hangs && isQuestion)
            return new ValueTask<Pin?>(new TaskCompletionSource<Pin?>().Task);
        return targetMethod.Invoke(_store, args);
    }

    private static SessionStoreException Failure() => new("Down.", new IOException("The disk is gone."));
}
