namespace SessionAware.Gateway.Observation;

/// <summary>Where events end in a stream of bytes: at a blank line, whose lines may end with LF, CRLF or CR.</summary>
internal static class EventBoundary
{
    /// <summary>The index after the last whole event, 0 where there is none.</summary>
    public static int EndOfLast(ReadOnlySpan<byte> bytes)
    {
        static int EndOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> blankLine) =>
            bytes.LastIndexOf(blankLine) is >= 0 and var start ? start + blankLine.Length : 0;

        var afterReturns = EndOf(bytes, "\r\r"u8);
        if (afterReturns > 0 && afterReturns < bytes.Length && bytes[afterReturns] == '\n')
            afterReturns++;
        return Math.Max(afterReturns, Math.Max(EndOf(bytes, "\n\n"u8), EndOf(bytes, "\n\r\n"u8)));
    }
}
