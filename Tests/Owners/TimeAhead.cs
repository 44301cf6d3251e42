using Microsoft.Extensions.DependencyInjection;

namespace SessionAware.Tests.Owners;

/// <summary>The time of a gateway whose clock is ahead, so that no id that a region makes is young there: it waits for young ones.</summary>
public sealed class TimeAhead(TimeSpan ahead) : TimeProvider
{
    /// <summary>Sets a gateway's clock an hour ahead.</summary>
    public static void AnHour(IServiceCollection services) => services.AddSingleton<TimeProvider>(new TimeAhead(TimeSpan.FromHours(1)));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
