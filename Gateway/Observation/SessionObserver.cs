using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Observation;

/// <summary>
/// ④ Reads what an answer says of sessions as it passes, and ⑤ has it recorded: an id is known in this process before the client can have seen it, and
/// durable before the answer's end leaves.
/// </summary>
/// <param name="request">What was asked.</param>
/// <param name="backend">Who answers.</param>
/// <param name="recorder">Where it goes.</param>
/// <param name="now">When the answer began.</param>
/// <param name="retention">How long it is kept.</param>
internal sealed class SessionObserver(SessionRequest request, string backend, SessionRecorder recorder, DateTimeOffset now, TimeSpan retention) : IEventObserver
{
    private static readonly IReadOnlyList<string> s_none = [];

    private readonly MadePins _pins = new(request, backend, now + retention);
    private Task _writes = Task.CompletedTask;
    private string? _responseId;
    private ReadOnlyMemory<byte> _beginning;
    private long _events;
    private bool _declaredIsKnown;
    private bool _hasEnded;
    private bool _hintIsMoved;

    /// <summary>Which sending of the request is answered.</summary>
    public int Sending { get; init; } = 1;

    /// <summary>Whether the answer is a deletion's, and says that it was for nothing.</summary>
    public bool IsRefusedDeletion { get; init; }

    /// <summary>A JSON answer. Ends when what it says is recorded.</summary>
    /// <param name="json">All of it, or its beginning.</param>
    /// <param name="isWhole">Whether it is all: else its ids are recorded without their content.</param>
    public Task ObserveJsonAsync(ReadOnlyMemory<byte> json, bool isWhole)
    {
        if (IsRefusedDeletion)
            return request.Deleted is { } gone && NotFoundAnswer.IsOf(json, gone.Name) ? ForgetAsync() : Task.CompletedTask;
        if (AnswerReader.Read(json.Span, request.Pool.Ids!.Fields, isWhole) is not { } facts)
            return RecordAsync([]);
        if (!isWhole)
            json = default;
        switch (request.Path.Operation)
        {
            case ApiOperation.CreateResponse:
            case ApiOperation.Response when facts.Object == "response" && facts.Id == request.Path.Id:
                return RecordResponseAsync(facts, json);
            case ApiOperation.Response:
            case ApiOperation.Compact:
                // A list of items, or a compaction: its own id names nothing that could be continued.
                return RecordListAsync(facts);
            case ApiOperation.CreateConversation when facts.Id is { } conversation:
                return RecordAsync([_pins.Of(SessionId.Conversation(conversation), conversation)]);
            case ApiOperation.Conversation:
                return RecordListAsync(facts);
            case ApiOperation.CreateDeclared when request.Path.Key!.Name is { } name && facts.Id is { } id:
                var declared = SessionId.Declared(request.Pool.Name, name, id);
                return RecordAsync([_pins.Of(declared)], claimed: _pins.OfDeclared(facts));
            default:
                return RecordAsync([], claimed: _pins.OfDeclared(facts));
        }
    }

    /// <summary>What was deleted, or is not there any more, is forgotten. An item in the path may be anybody's: only one's own is.</summary>
    public Task ForgetAsync() => request.Deleted is { } gone ? recorder.WriteAsync(new([], Forgotten: [gone.Id], ForgottenBy: request.Owner)) : Task.CompletedTask;

    /// <summary>Whether a response has begun and not come to its end, and nothing but this stream would bring it: one in the background goes on without.</summary>
    public bool IsOpen => !_beginning.IsEmpty && !_hasEnded && !request.Keys.Background;

    /// <summary>The events that end a response which <paramref name="lost"/> has left in its middle; null where that is not to be said of it.</summary>
    public byte[]? Ending(string lost) => IsOpen ? StreamEnding.Of(_beginning, _events, lost) : null;

    /// <inheritdoc/>
    public int Observe(ReadOnlyMemory<byte> events, bool areWhole)
    {
        var free = events.Length;
        for (var start = 0; start < events.Length;)
        {
            var length = EventBoundary.EndOfFirst(events.Span[start..]);
            if (length == 0)
                length = events.Length - start;
            _events++;
            if (MustWait(ResponseEvent.Read(events.Slice(start, length), areWhole)) && free == events.Length)
                free = start;
            start += length;
        }

        return free;
    }

    /// <inheritdoc/>
    public Task SettleAsync() => _writes;

    private bool MustWait(ResponseEvent observed)
    {
        if (request.Path.Operation is ApiOperation.CreateDeclared or ApiOperation.Declared)
            return ObserveDeclared(observed.Data, observed.IsWhole);
        if (!observed.Item.IsEmpty)
            ObserveItem(observed.Item, observed.IsWhole);
        // A region that reports an error in its stream says no more.
        _hasEnded |= observed.IsTerminal || observed.Type == "error";
        if (observed.Response.IsEmpty)
            return false;
        if (_beginning.IsEmpty && observed.IsWhole)
            _beginning = observed.Response;
        if (_responseId is null && !observed.IsTerminal)
            return ObserveBeginning(observed);
        if (!observed.IsTerminal || AnswerReader.Read(observed.Response.Span, s_none, observed.IsWhole) is not { } facts)
            return false;
        facts.Status ??= observed.TerminalStatus;
        Write(RecordResponseAsync(facts, observed.IsWhole ? observed.Response : default));
        return true;
    }

    /// <summary>
    /// The first event: the id is known from here on, and what led to it on record, for whoever reads the response's end elsewhere knows nothing of that. Who
    /// asked for the background may come back through another replica at once.
    /// </summary>
    private bool ObserveBeginning(ResponseEvent observed)
    {
        if (AnswerReader.Read(observed.Response.Span, s_none, observed.IsWhole) is not { Id: { } id } facts)
            return false;
        _responseId = id;
        if (!IsStored(facts))
            return false;
        Write(RecordResponseAsync(facts, default));
        return request.Keys.Background;
    }

    private bool ObserveDeclared(ReadOnlyMemory<byte> data, bool isWhole)
    {
        if (_declaredIsKnown || request.Pool.Ids!.Fields.Count == 0 || AnswerReader.Read(data.Span, request.Pool.Ids.Fields, isWhole) is not { Declared.Count: > 0 } facts)
            return false;
        _declaredIsKnown = true;
        Write(RecordAsync([], claimed: _pins.OfDeclared(facts)));
        return true;
    }

    private void ObserveItem(ReadOnlyMemory<byte> item, bool isWhole)
    {
        if (!IsStoredRequest || AnswerReader.ReadItem(item.Span, isWhole) is not { Items: [var id, ..] })
            return;
        var session = SessionOf(_responseId);
        if (_responseId is null || !recorder.HasForgotten(_responseId, request.Owner, session!, request.Since))
            recorder.Publish(_pins.Of(SessionId.Item(id), session), request.Since);
    }

    private void Write(Task write) => _writes = _writes.IsCompleted ? write : Task.WhenAll(_writes, write);

    private Task RecordResponseAsync(AnswerFacts facts, ReadOnlyMemory<byte> answer)
    {
        var session = SessionOf(facts.Id);
        List<Pin> pins = [];
        if (facts.Id is not { } id || !IsStored(facts))
        {
            _pins.AddEncryptedContents(pins, facts, session);
            _pins.AddContainers(pins, facts);
            return RecordAsync(pins);
        }

        pins.Add(_pins.OfResponse(id, session));
        _pins.AddItems(pins, facts, facts.Items, session);
        _pins.AddContainers(pins, facts);
        var conversation = facts.ConversationId ?? request.Keys.ConversationId;
        if (conversation is not null)
            pins.Add(_pins.Of(SessionId.Conversation(conversation)));
        // Nobody here knows what led to it: where it is, and no more.
        if (request.Unknown.Contains(SessionId.Response(id)))
            return RecordAsync(pins);
        var keepsContent = request.Pool.Ids!.RecordContent;
        var isMadeHere = request.Path.Operation == ApiOperation.CreateResponse;
        return RecordAsync(pins, new Turn(id, request.Owner, backend, session ?? id, now, _pins.ExpiresAt)
        {
            PreviousResponseId = request.Keys.PreviousResponseId ?? facts.PreviousResponseId,
            ConversationId = conversation,
            Status = facts.Status ?? "in_progress",
            Model = facts.Model,
            InputTokens = facts.InputTokens,
            OutputTokens = facts.OutputTokens,
            Home = isMadeHere ? request.HomeOf(backend) : null,
            Replay = isMadeHere ? request.Replay?.Describe(Sending) : null,
            Input = keepsContent ? request.Keys.Input : default,
            Answer = keepsContent && facts.IsFinal ? answer : default,
        });
    }

    /// <summary>Records, and makes <paramref name="pins"/> known at once: the region has made them for this caller.</summary>
    /// <param name="pins">What it made.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="claimed">What it only names: it may be anybody's, and is this caller's where the store says so.</param>
    private Task RecordAsync(List<Pin> pins, Turn? turn = null, List<Pin>? claimed = null)
    {
        // The region knows them: so will we.
        _pins.AddLearned(pins);
        foreach (var pin in pins)
        {
            // Items are written with their turn, and most are never named: whoever names one finds it there.
            if (request.IsKnownAtOnce(pin) && (turn is null || pin.Id.Kind != SessionKeyKind.Item))
                recorder.Publish(pin, request.Since);
        }

        if (claimed is not null)
            pins.AddRange(claimed);
        return WriteAsync(new(pins, turn) { Since = request.Since, OnlyCompletes = turn is not null && request.Path.Operation == ApiOperation.Response });
    }

    /// <summary>
    /// Lists and compactions repeat what callers said, and with it ids that they made up or had from others. Where callers are told apart, only ids that the region
    /// gave to what came without one are its caller's: those of items that this very request has put into a conversation. And the store has the last word.
    /// </summary>
    private Task RecordListAsync(AnswerFacts facts)
    {
        List<Pin> pins = [];
        _pins.AddItems(pins, facts, request.Owner.Length == 0 ? facts.Items : MadeNow(facts), request.Session ?? request.Path.Id);
        _pins.AddLearned(pins);
        foreach (var pin in pins.Where(request.IsKeptLonger))
            recorder.Publish(pin, request.Since);
        return WriteAsync(new(pins) { Since = request.Since });
    }

    /// <summary>A hint whose backend could not serve points here from now on.</summary>
    private Task WriteAsync(SessionWrite write)
    {
        var written = write is { Pins.Count: 0, Turn: null } ? Task.CompletedTask : recorder.WriteAsync(write);
        if (_hintIsMoved || !request.HasMovedTo(backend))
            return written;
        _hintIsMoved = true;
        return Task.WhenAll(written, recorder.MoveAsync(_pins.Of(request.Pin!.Id)));
    }

    private List<string> MadeNow(AnswerFacts facts) =>
        request.Path.Operation == ApiOperation.Conversation && !request.Keys.Input.IsEmpty && AnswerReader.ReadList(request.Keys.Input.Span) is { } said
            ? [.. facts.Items.Except(said.Items, StringComparer.Ordinal)]
            : [];

    /// <summary>What it continues, else the conversation, else itself.</summary>
    private string? SessionOf(string? responseId) => request.Session ?? request.Keys.ConversationId ?? responseId;

    private bool IsStoredRequest => request.Path.Operation == ApiOperation.Response || request.Keys.Store;

    private bool IsStored(AnswerFacts facts) => IsStoredRequest && facts.Store != false;
}
