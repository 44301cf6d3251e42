using System.Xml;

namespace SessionAware.Gateway.Pools;

/// <summary>ISO 8601 durations as ARM writes them, such as <c>PT1M</c>. A year counts 365 days, a month 30.</summary>
internal static class IsoDuration
{
    /// <summary>Reads <paramref name="text"/> at <paramref name="place"/>; a fault where it is no duration or lies outside of the bounds.</summary>
    public static TimeSpan Read(string text, string place, TimeSpan least, TimeSpan most, List<string> faults)
    {
        try
        {
            var duration = XmlConvert.ToTimeSpan(text);
            if (duration >= least && duration <= most)
                return duration;
            faults.Add($"{place}: '{text}' must be between {XmlConvert.ToString(least)} and {XmlConvert.ToString(most)}");
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            faults.Add($"{place}: '{text}' is no ISO 8601 duration such as PT1M");
        }

        return least;
    }
}
