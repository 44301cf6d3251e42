using System.Globalization;
using System.Security.Cryptography;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>
/// Content of any length in documents of at most 2 MB: what is larger is in parts, written before the document that names them, so that whoever finds it finds
/// all of it. Who reads them checks that they are the ones that were written.
/// </summary>
internal sealed class CosmosContents(CosmosItems items)
{
    // What Cosmos takes is 2 MB of JSON, with its own few properties.
    private const int LargestDocument = 1_900_000;

    // In base64 a third more.
    private const int PartLength = 1_200_000;

    // Whoever replaces content removes its parts: then there is a newer document to look at.
    private const int MostLooks = 4;

    /// <summary>Writes what must be in parts.</summary>
    /// <returns>The document as it fits, and its JSON.</returns>
    public async Task<(SessionDocument Document, byte[] Json)> FitAsync(SessionDocument document)
    {
        document = document with
        {
            Input = await MoveOutAsync(document, document.Input, LargestDocument),
            Answer = await MoveOutAsync(document, document.Answer, LargestDocument),
        };
        // In JSON it may be several times as long: the longer of the two goes first.
        for (var json = items.Write(document); ; json = items.Write(document))
        {
            if (json.Length <= LargestDocument)
                return (document, json);
            if ((document.Answer?.Bytes.Length ?? 0) >= (document.Input?.Bytes.Length ?? 0))
                document = document with { Answer = await MoveOutAsync(document, document.Answer, limit: 0) };
            else
                document = document with { Input = await MoveOutAsync(document, document.Input, limit: 0) };
        }
    }

    /// <summary>A document with all of its content; null where it is gone.</summary>
    /// <exception cref="SessionStoreException">Some of it is missing.</exception>
    public async Task<SessionDocument?> ReadAsync(string id, string partition, CancellationToken cancellationToken)
    {
        for (var look = 1; await items.ReadAsync(id, partition, cancellationToken) is { } document; look++)
        {
            if (await FillAsync(document, cancellationToken) is { } whole)
                return whole;
            if (look == MostLooks)
                throw new SessionStoreException("The session store has lost some of it.", new CosmosStoreException("Parts of a turn's content are missing, or not what was written."));
        }

        return null;
    }

    /// <summary>The same document with its parts; null where they are not those that it names.</summary>
    public async Task<SessionDocument?> FillAsync(SessionDocument document, CancellationToken cancellationToken)
    {
        var input = await FillAsync(document, document.Input, cancellationToken);
        var answer = await FillAsync(document, document.Answer, cancellationToken);
        var isWhole = input is null == document.Input is null && answer is null == document.Answer is null;
        return isWhole ? document with { Input = input, Answer = answer } : null;
    }

    /// <summary>Removes the parts of <paramref name="document"/> that <paramref name="kept"/> does not name.</summary>
    public async Task RemoveAsync(SessionDocument document, SessionDocument? kept = null)
    {
        foreach (var parts in new[] { document.Input?.Parts, document.Answer?.Parts })
        {
            if (parts is not null && parts != kept?.Input?.Parts && parts != kept?.Answer?.Parts)
            {
                for (var number = 0; number < parts.Count; number++)
                    await items.DeleteAsync(IdOf(document, parts.Series, number), document.Partition);
            }
        }
    }

    private async Task<StoredContent?> MoveOutAsync(SessionDocument document, StoredContent? content, int limit)
    {
        if (content is null || content.Parts is not null || content.Bytes.Length <= limit)
            return content;
        var series = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var count = 0;
        for (var start = 0; start < content.Bytes.Length; start += PartLength)
        {
            var part = new SessionDocument
            {
                Id = IdOf(document, series, count++),
                Partition = document.Partition,
                Type = SessionDocument.PartType,
                Owner = document.Owner,
                Session = document.Session,
                Expires = document.Expires,
                Data = content.Bytes[start..Math.Min(content.Bytes.Length, start + PartLength)].ToArray(),
            };
            if (await items.CreateAsync(part) is null)
                throw CosmosItems.Contended();
        }

        return new(default, new(series, count, content.Bytes.Length, Convert.ToHexStringLower(SHA256.HashData(content.Bytes.Span))));
    }

    private async Task<StoredContent?> FillAsync(SessionDocument document, StoredContent? content, CancellationToken cancellationToken)
    {
        if (content?.Parts is not { } parts)
            return content;
        using var whole = new MemoryStream(checked((int)parts.Length));
        for (var number = 0; number < parts.Count; number++)
        {
            if ((await items.ReadAsync(IdOf(document, parts.Series, number), document.Partition, cancellationToken))?.Data is not { } data)
                return null;
            whole.Write(data);
        }

        var bytes = whole.ToArray();
        return bytes.Length == parts.Length && Convert.ToHexStringLower(SHA256.HashData(bytes)) == parts.Sha256 ? content with { Bytes = bytes } : null;
    }

    private static string IdOf(SessionDocument document, string series, int number) => string.Create(CultureInfo.InvariantCulture, $"{document.Id}-{series}-{number}");
}
