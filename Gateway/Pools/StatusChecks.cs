namespace SessionAware.Gateway.Pools;

/// <summary>Checks of statuses that the schema cannot make.</summary>
internal static class StatusChecks
{
    public static void CheckRanges(IReadOnlyList<StatusCodeRange>? ranges, string place, List<string> faults)
    {
        foreach (var (index, range) in (ranges ?? []).Index())
        {
            if (range.Min > range.Max)
                faults.Add($"{place}.statusCodeRanges[{index}]: min {range.Min} is above max {range.Max}");
        }
    }

    /// <summary>The configured status of an answer where nobody can serve.</summary>
    public static int? CheckFailureResponse(FailureResponseResource? response, string place, List<string> faults)
    {
        if (response?.StatusCode < StatusCodes.Status200OK)
            faults.Add($"{place}.failureResponse.statusCode: {response.StatusCode} is no status of an answer, it must be at least 200");
        return response?.StatusCode;
    }
}
