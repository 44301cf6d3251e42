namespace SessionAware.Tests.ApimDoor;

/// <summary>The documented ways to ask a header, a query parameter or a variable that may be missing.</summary>
public static class ContextExtensions
{
    /// <summary>All values, with commas between them.</summary>
    public static string? GetValueOrDefault(this IReadOnlyDictionary<string, string[]> values, string name) => values.TryGetValue(name, out var found) ? string.Join(',', found) : null;

    /// <summary>All values, with commas between them.</summary>
    public static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> values, string name, string defaultValue) => values.GetValueOrDefault(name) ?? defaultValue;

    /// <summary>Fails where the variable has another type.</summary>
    public static T? GetValueOrDefault<T>(this IReadOnlyDictionary<string, object?> variables, string name) => variables.TryGetValue(name, out var found) ? (T?)found : default;

    /// <summary>Fails where the variable has another type.</summary>
    public static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object?> variables, string name, T defaultValue) => variables.TryGetValue(name, out var found) ? (T)found! : defaultValue;
}
