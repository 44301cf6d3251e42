namespace SessionAware.Gateway.SessionKeys;

/// <summary>A body from which no session key can be read for sure. Its message is the caller's to see.</summary>
internal sealed class UnreadableBodyException(string message, string? param) : Exception(message)
{
    /// <summary>The parameter at fault; null where it is the whole body.</summary>
    public string? Param { get; } = param;

    public static UnreadableBodyException Twice(string name) => new($"'{name}' stands there twice: which one counts is anybody's guess.", name);

    public static UnreadableBodyException Malformed(long? line, long? column) =>
        new($"The request body is not valid JSON (line {line + 1}, byte {column + 1}).", param: null);
}
