using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Which page of a list is asked for.</summary>
/// <param name="Limit">1 to 100; default 20.</param>
/// <param name="Ascending">Oldest first; default newest first.</param>
/// <param name="After">The page begins after this id.</param>
/// <param name="Before">The page ends before this id: alone, it is the page just before it.</param>
internal sealed record ListPage(int Limit, bool Ascending, string? After, string? Before)
{
    private const int DefaultLimit = 20;
    private const int LargestLimit = 100;

    /// <summary>Reads <c>limit</c>, <c>order</c>, <c>after</c> and <c>before</c>.</summary>
    public static (ListPage? Page, ApiError? Fault) Read(IQueryCollection query)
    {
        var reader = new QueryReader(query);
        var limit = reader.Integer("limit") ?? DefaultLimit;
        if (reader.Fault is { } unreadable)
            return (null, unreadable);
        if (limit is < 1 or > LargestLimit)
            return (null, ParameterErrors.OutOfRange("limit", "integer", limit > LargestLimit, limit > LargestLimit ? $"{LargestLimit}" : "1", $"{limit}"));
        var order = query["order"].ToString();
        return order is "" or "asc" or "desc"
            ? (new(limit, order == "asc", Cursor(query, "after"), Cursor(query, "before")), null)
            : (null, ParameterErrors.UnsupportedValue("order", order, "asc", "desc"));
    }

    /// <summary>The page of <paramref name="oldestFirst"/>, or 404 where a cursor names nothing in it.</summary>
    public IResult Of<T>(IEnumerable<T> oldestFirst, Func<string, ApiError> notFound) where T : IListed
    {
        List<T> all = [.. Ascending ? oldestFirst : oldestFirst.Reverse()];
        var (start, end) = (0, all.Count);
        if (After is { } after && (start = all.FindIndex(one => one.Id == after) + 1) == 0)
            return notFound(after);
        if (Before is { } before && (end = all.FindIndex(one => one.Id == before)) < 0)
            return notFound(before);

        var inRange = Math.Max(0, end - start);
        var size = Math.Min(Limit, inRange);
        var first = Before is not null && After is null ? end - size : Math.Min(start, end);
        return ThreadJson.Ok(new ListBody<T>(all.GetRange(first, size), inRange > Limit));
    }

    private static string? Cursor(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } id ? id : null;
}
