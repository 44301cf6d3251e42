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

    /// <summary>The index after the first whole event, 0 where there is none.</summary>
    public static int EndOfFirst(ReadOnlySpan<byte> bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var length = bytes[start..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0)
                return 0;
            var next = start + length + 1;
            if (bytes[next - 1] == '\r' && next < bytes.Length && bytes[next] == '\n')
                next++;
            if (length == 0)
                return next;
            start = next;
        }

        return 0;
    }
}
