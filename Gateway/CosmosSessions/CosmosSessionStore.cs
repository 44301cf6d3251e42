using Azure.Core;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>
/// Sessions in one container of Azure Cosmos DB for NoSQL, which all replicas share. A turn is one document; a chain's documents are in one partition; what has
/// expired Cosmos removes.
/// </summary>
public sealed class CosmosSessionStore : ISessionStore, IDisposable
{
    private readonly CosmosConnection _connection;
    private readonly CosmosTurns _turns;
    private readonly CosmosPins _pins;
    private readonly CosmosChains _chains;
    private readonly CosmosQueries _queries;
    private readonly CosmosErasure _erasure;

    /// <summary>In the account that connection string <c>cosmos</c> names, signed in as <paramref name="credential"/>, which is made where that has no key alone.</summary>
    /// <exception cref="OptionsValidationException">There is none, or it cannot be read.</exception>
    public CosmosSessionStore(IConfiguration configuration, Func<TokenCredential> credential, TimeProvider time, ILogger<CosmosSessionStore> logger)
    {
        if (!CosmosSettings.TryParse(configuration[CosmosSettings.Setting], out var settings, out var fault))
            throw new OptionsValidationException(CosmosSettings.Setting, typeof(SessionsOptions), [fault]);
        _connection = new(settings, credential, time, logger);
        var items = new CosmosItems(_connection, time);
        var contents = new CosmosContents(items);
        _turns = new(items, contents, time);
        _pins = new(items, contents, time);
        _chains = new(items, contents, time);
        _queries = new(items, time);
        _erasure = new(items, time);
    }

    /// <inheritdoc/>
    public Task Opened => _connection.Opened;

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => _connection.OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Pin?> FindAsync(SessionId id, string owner, CancellationToken cancellationToken) => _pins.FindAsync(id, owner, cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(SessionWrite write)
    {
        foreach (var id in write.Forgotten ?? [])
        {
            _turns.Forget(CosmosKey.Of(id, write.ForgottenBy).Id);
            await _pins.ForgetAsync(id, write.ForgottenBy);
        }

        if (write.Turn is not { } turn)
        {
            await _pins.WriteAsync(write.Pins, turn: null);
            return;
        }

        // All at once: whichever of them fails, all are written again.
        var others = write.Pins.Where(pin => !TurnDocument.IsCarried(turn, pin) && pin.Id != SessionId.Response(turn.ResponseId));
        var written = _turns.WriteAsync(turn, write.Pins, write.OnlyCompletes);
        if (!write.OnlyCompletes || await written)
            await Task.WhenAll(written, _pins.WriteAsync(others, turn));
    }

    /// <inheritdoc/>
    public async ValueTask<Turn?> ReadTurnAsync(string responseId, string owner, CancellationToken cancellationToken) => await _chains.ReadTurnAsync(responseId, owner, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Turn> ReadChainAsync(string responseId, string owner, CancellationToken cancellationToken) => _chains.ReadAsync(responseId, owner, cancellationToken);

    /// <inheritdoc/>
    public async Task<ErasureList> ReadErasuresAsync(string? mark, CancellationToken cancellationToken)
    {
        var erasures = await _erasure.ReadAsync(mark, cancellationToken);
        if (erasures.Erasures.Count > 0)
            ForgetWhatIsThere();
        return erasures;
    }

    /// <inheritdoc/>
    public Task<SessionPage> ListAsync(SessionFilter filter, CancellationToken cancellationToken) => _queries.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Turn>> ReadSessionAsync(string session, CancellationToken cancellationToken) => _queries.ReadSessionAsync(session, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountSessionsAsync(CancellationToken cancellationToken) => _queries.CountAsync(cancellationToken);

    /// <inheritdoc/>
    public Task AnnounceAsync(Erasure erasure, CancellationToken cancellationToken) => _erasure.AnnounceAsync(erasure);

    /// <inheritdoc/>
    public async Task<long> EraseSessionAsync(string session, CancellationToken cancellationToken)
    {
        var erased = await _erasure.EraseSessionAsync(session, cancellationToken);
        ForgetWhatIsThere();
        return erased;
    }

    /// <inheritdoc/>
    public async Task<long> EraseOwnerAsync(string owner, CancellationToken cancellationToken)
    {
        var erased = await _erasure.EraseOwnerAsync(owner, cancellationToken);
        ForgetWhatIsThere();
        return erased;
    }

    /// <inheritdoc/>
    public Task<long> SweepAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void ForgetWhatIsThere()
    {
        _pins.Forget();
        _turns.Forget();
    }
}
