using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Cosmos;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>The few things that are asked of the container. What may well happen is a value; everything else is a <see cref="SessionStoreException"/>.</summary>
internal sealed class CosmosItems(CosmosConnection connection, TimeProvider time)
{
    // Nobody loses that often: something is wrong.
    private const int MostAttempts = 64;

    /// <summary>Reads one document; null where there is none.</summary>
    public async Task<SessionDocument?> ReadAsync(string id, string partition, CancellationToken cancellationToken = default)
    {
        using var answer = await AskAsync(container => container.ReadItemStreamAsync(id, new PartitionKey(partition), cancellationToken: cancellationToken), cancellationToken, HttpStatusCode.NotFound);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ParseAsync(SessionDocuments.ReadAsync(answer.Content, cancellationToken));
    }

    /// <summary>Writes a document that is not there.</summary>
    /// <returns>Its new tag; null where it is there.</returns>
    public async Task<string?> CreateAsync(SessionDocument document, byte[]? json = null)
    {
        using var body = new MemoryStream(json ?? Write(document));
        using var answer = await AskAsync(container => container.CreateItemStreamAsync(body, new PartitionKey(document.Partition), s_quietly), default, HttpStatusCode.Conflict);
        return answer.StatusCode == HttpStatusCode.Conflict ? null : answer.Headers.ETag;
    }

    /// <summary>Writes over the document that has <paramref name="tag"/>.</summary>
    /// <returns>Its new tag; null where it has been changed, or removed.</returns>
    public async Task<string?> ReplaceAsync(SessionDocument document, string tag, byte[]? json = null)
    {
        using var body = new MemoryStream(json ?? Write(document));
        using var answer = await AskAsync(
            container => container.ReplaceItemStreamAsync(body, document.Id, new PartitionKey(document.Partition), OnlyIf(tag)), default, HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound);
        return answer.IsSuccessStatusCode ? answer.Headers.ETag : null;
    }

    /// <summary>Has a document kept longer.</summary>
    /// <returns>False where it has been changed, or removed.</returns>
    public async Task<bool> KeepAsync(SessionDocument document, long expires)
    {
        PatchOperation[] changes = [PatchOperation.Set("/expires", expires), PatchOperation.Set("/ttl", TtlOf(expires))];
        var options = new PatchItemRequestOptions { IfMatchEtag = document.ETag, EnableContentResponseOnWrite = false };
        using var answer = await AskAsync(
            container => container.PatchItemStreamAsync(document.Id, new PartitionKey(document.Partition), changes, options), default, HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Removes a document, where it still has <paramref name="tag"/> if there is one.</summary>
    /// <returns>Whether it was there, and as it was.</returns>
    public async Task<bool> DeleteAsync(string id, string partition, string? tag = null, CancellationToken cancellationToken = default)
    {
        using var answer = await AskAsync(
            container => container.DeleteItemStreamAsync(id, new PartitionKey(partition), tag is null ? null : OnlyIf(tag), cancellationToken),
            cancellationToken, HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>What a query finds, page after page.</summary>
    public async IAsyncEnumerable<SessionDocument> QueryAsync(QueryDefinition query, string? partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new QueryRequestOptions { PartitionKey = partition is null ? null : new PartitionKey(partition), MaxItemCount = partition is null ? 1000 : 50 };
        string? next = null;
        do
        {
            using var answer = await AskAsync(
                async container =>
                {
                    using var pages = container.GetItemQueryStreamIterator(query, next, options);
                    return await pages.ReadNextAsync(cancellationToken);
                },
                cancellationToken);
            next = answer.ContinuationToken;
            foreach (var document in await ParseAsync(SessionDocuments.ReadPageAsync(answer.Content, cancellationToken)))
                yield return document;
        }
        while (next is not null);
    }

    /// <summary>
    /// Makes a document the first at its place, or has the one that is there kept longer, if that is worth it. One that has expired is none.
    /// </summary>
    /// <returns>Whether it is the owner's now.</returns>
    public async Task<bool> PutFirstAsync(SessionDocument document)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await CreateAsync(document) is not null)
                return true;
            if (await ReadAsync(document.Id, document.Partition) is not { } known)
                continue;
            if (!known.IsAlive(time.GetUtcNow()))
            {
                if (await ReplaceAsync(document, known.ETag!) is not null)
                    return true;
                continue;
            }

            if (known.Owner != document.Owner)
                return false;
            if (document.Expires <= known.Expires + (long)Pin.WorthKeepingLonger.TotalMilliseconds || await KeepAsync(known, document.Expires))
                return true;
        }

        throw Contended();
    }

    /// <summary>What is wrong where others always come first.</summary>
    public static SessionStoreException Contended() => new("The session store did not take it.", new CosmosStoreException($"Others changed the document {MostAttempts} times in a row."));

    /// <summary>A document's JSON, with how long Cosmos is to keep it.</summary>
    public byte[] Write(SessionDocument document) => SessionDocuments.Write(document with { Ttl = TtlOf(document.Expires) });

    private static readonly ItemRequestOptions s_quietly = new() { EnableContentResponseOnWrite = false };

    private static ItemRequestOptions OnlyIf(string tag) => new() { IfMatchEtag = tag, EnableContentResponseOnWrite = false };

    private int TtlOf(long expires) => (int)Math.Clamp(Math.Ceiling((DateTimeOffset.FromUnixTimeMilliseconds(expires) - time.GetUtcNow()).TotalSeconds), 1, int.MaxValue);

    private async Task<ResponseMessage> AskAsync(Func<Container, Task<ResponseMessage>> ask, CancellationToken cancellationToken, params HttpStatusCode[] expected)
    {
        var container = await connection.GetAsync(cancellationToken);
        ResponseMessage? answer = null;
        try
        {
            answer = await ask(container);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SessionStoreException("The session store could not be asked.", failure);
        }

        // With a reason it is not the document that is missing: the container is, or the replica that was asked is behind.
        var isExpected = answer.IsSuccessStatusCode || expected.Contains(answer.StatusCode) && (answer.StatusCode != HttpStatusCode.NotFound || answer.Headers["x-ms-substatus"] is null or "" or "0");
        if (isExpected)
            return answer;
        var reason = new CosmosStoreException($"{(int)answer.StatusCode} {answer.StatusCode}, substatus {answer.Headers["x-ms-substatus"] ?? "0"}, activity {answer.Headers.ActivityId}");
        answer.Dispose();
        throw new SessionStoreException("The session store did not do it.", reason);
    }

    private static async ValueTask<T> ParseAsync<T>(ValueTask<T> parse)
    {
        try
        {
            return await parse;
        }
        catch (Exception broken) when (broken is System.Text.Json.JsonException or IOException or InvalidOperationException)
        {
            throw new SessionStoreException("The session store gave what it was not given.", broken);
        }
    }
}
