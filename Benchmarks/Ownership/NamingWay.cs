using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SessionAware.Benchmarks.Ownership;

/// <summary>One way to name a response that is not one's own.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Caller">Who asks, on one connection.</param>
/// <param name="IsInPath">By GET; else as <c>previous_response_id</c>.</param>
/// <param name="IsControl">Whether both of a pair are nobody's: what the method itself finds where there is nothing.</param>
internal sealed record NamingWay(string Name, HttpClient Caller, bool IsInPath, bool IsControl)
{
    private const int RandomDigits = 24;

    /// <summary>An id of the same chain and second that nobody ever had.</summary>
    public static string Another(string id) => id[..^RandomDigits] + RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true);

    /// <summary>Asks for <paramref name="count"/> pairs, one after the other, each in random order.</summary>
    /// <returns>Microseconds until each answer was there.</returns>
    public async Task<(IReadOnlyList<double> Theirs, IReadOnlyList<double> Nobodys)> MeasureAsync(
        IReadOnlyList<(string Theirs, string Nobodys)> ids, int count, CancellationToken cancellationToken)
    {
        List<double> theirs = new(count), nobodys = new(count);
        for (var pair = 0; pair < count; pair++)
        {
            // Always new ones: what was asked for before might be remembered.
            var (first, second) = ids[pair % ids.Count];
            (string Id, List<double> Figures)[] both = [(IsControl ? Another(first) : first, theirs), (Another(second), nobodys)];
            if (RandomNumberGenerator.GetInt32(2) == 0)
                Array.Reverse(both);
            foreach (var (id, figures) in both)
                figures.Add(await AskAsync(id, cancellationToken));
        }

        return (theirs, nobodys);
    }

    private async Task<double> AskAsync(string id, CancellationToken cancellationToken)
    {
        using var request = IsInPath
            ? new HttpRequestMessage(HttpMethod.Get, $"responses/{id}")
            : new HttpRequestMessage(HttpMethod.Post, "responses")
            {
                Content = new StringContent($$"""{"model":"gpt-4o-mini","input":"Hi","previous_response_id":"{{id}}"}""", Encoding.UTF8, "application/json"),
            };
        var began = Stopwatch.GetTimestamp();
        using var answer = await Caller.SendAsync(request, cancellationToken);
        var took = Stopwatch.GetElapsedTime(began);
        return answer.StatusCode == (IsInPath ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest)
            ? took.TotalMicroseconds
            : throw new BenchmarkException($"{Name}: {(int)answer.StatusCode} for what is not one's own.");
    }
}
