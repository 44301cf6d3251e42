using System.Globalization;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Which page of a list is asked for.</summary>
/// <param name="Limit">1 to 100 items; default 20.</param>
/// <param name="Ascending">Oldest first; default newest first.</param>
/// <param name="After">The page begins after this id.</param>
/// <param name="Before">The page ends before this id.</param>
internal sealed record ItemPage(int Limit, bool Ascending, string? After, string? Before)
{
    private const int DefaultLimit = 20;
    private const int LargestLimit = 100;

    /// <summary>Reads <c>limit</c>, <c>order</c>, <c>after</c> and <c>before</c>.</summary>
    public static (ItemPage? Page, ApiError? Fault) Read(IQueryCollection query)
    {
        var limit = DefaultLimit;
        if (query["limit"].ToString() is { Length: > 0 } text)
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit))
                return (null, ApiErrors.WrongType("limit", "an integer", "a string"));
            if (limit > LargestLimit)
                return (null, ApiErrors.OutOfRange("limit", "integer", above: true, $"{LargestLimit}", text));
            if (limit < 1)
                return (null, ApiErrors.OutOfRange("limit", "integer", above: false, "1", text));
        }

        var order = query["order"].ToString();
        return order is "" or "asc" or "desc"
            ? (new(limit, order == "asc", query["after"], query["before"]), null)
            : (null, ApiErrors.UnsupportedValue("order", order, "asc", "desc"));
    }

    /// <summary>The page of <paramref name="oldestFirst"/>, or 404 where a cursor names no item of it.</summary>
    public IResult Of(IReadOnlyList<MessageItem> oldestFirst)
    {
        List<MessageItem> items = [.. Ascending ? oldestFirst : oldestFirst.Reverse()];
        var (start, end) = (0, items.Count);
        if (After is { } after)
        {
            start = items.FindIndex(item => item.Id == after) + 1;
            if (start == 0)
                return ApiErrors.ItemNotFound(after);
        }

        if (Before is { } before)
        {
            end = items.FindIndex(item => item.Id == before);
            if (end < 0)
                return ApiErrors.ItemNotFound(before);
        }

        var inRange = Math.Max(0, end - start);
        return WireJson.Ok(new ItemList(items.GetRange(Math.Min(start, end), Math.Min(Limit, inRange)), inRange > Limit));
    }
}
