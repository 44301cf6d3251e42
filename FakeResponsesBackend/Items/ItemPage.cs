using System.Globalization;
using System.Numerics;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>Which page of a list is asked for.</summary>
/// <param name="Limit">1 to 100 items; default 20.</param>
/// <param name="Ascending">Oldest first; default newest first.</param>
/// <param name="After">The page begins after this id.</param>
/// <param name="Include">What its items show on top.</param>
/// <param name="Before">The page ends before this id: alone, it is the page just before it.</param>
internal sealed record ItemPage(int Limit, bool Ascending, string? After, string? Before, Inclusion Include)
{
    private const int DefaultLimit = 20;
    private const int LargestLimit = 100;

    /// <summary>Reads <c>limit</c>, <c>order</c>, <c>after</c> and <c>before</c>.</summary>
    public static (ItemPage? Page, ApiError? Fault) Read(IQueryCollection query)
    {
        var limit = DefaultLimit;
        if (query["limit"].ToString() is { Length: > 0 } text)
        {
            if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var asked))
                return (null, ParameterErrors.WrongType("limit", "an integer", "a string"));
            if (asked > LargestLimit)
                return (null, ParameterErrors.OutOfRange("limit", "integer", above: true, $"{LargestLimit}", text));
            if (asked < 1)
                return (null, ParameterErrors.OutOfRange("limit", "integer", above: false, "1", text));
            limit = (int)asked;
        }

        var order = query["order"].ToString();
        if (order is not ("" or "asc" or "desc"))
            return (null, ParameterErrors.UnsupportedValue("order", order, "asc", "desc"));
        var reader = new QueryReader(query);
        var include = reader.Include();
        return reader.Fault is { } fault ? (null, fault) : (new(limit, order == "asc", Cursor(query, "after"), Cursor(query, "before"), include), null);
    }

    /// <summary>The page of <paramref name="oldestFirst"/>, or 404 where a cursor names no item of it.</summary>
    public IResult Of(IReadOnlyList<Item> oldestFirst)
    {
        List<Item> items = [.. Ascending ? oldestFirst : oldestFirst.Reverse()];
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
        var size = Math.Min(Limit, inRange);
        var first = Before is not null && After is null ? end - size : Math.Min(start, end);
        return WireJson.Ok(new ItemList([.. items.GetRange(first, size).Select(item => item.Listed(Include))], inRange > Limit));
    }

    private static string? Cursor(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } id ? id : null;
}
