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
    private readonly DateTimeOffset _expiresAt = now + retention;
    private Task _writes = Task.CompletedTask;
    private string? _responseId;
    private bool _declaredIsKnown;

    /// <summary>A JSON answer. Ends when what it says is recorded.</summary>
    /// <param name="json">All of it, or its beginning.</param>
    /// <param name="isWhole">Whether it is all: else its ids are recorded without their content.</param>
    public Task ObserveJsonAsync(ReadOnlyMemory<byte> json, bool isWhole)
    {
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
                return RecordListAsync(facts, request.Session ?? request.Path.Id ?? facts.Id ?? "");
            case ApiOperation.CreateConversation when facts.Id is { } conversation:
                return RecordAsync([PinOf(SessionId.Conversation(conversation), conversation)]);
            case ApiOperation.Conversation:
                return RecordListAsync(facts, request.Session ?? request.Path.Id!);
            case ApiOperation.CreateDeclared when request.Path.Key!.Name is { } name && facts.Id is { } id:
                var declared = SessionId.Declared(request.Pool.Name, name, id);
                return RecordAsync([PinOf(declared, declared.Text), .. DeclaredPins(facts)]);
            default:
                return RecordAsync(DeclaredPins(facts));
        }
    }

    /// <summary>What was deleted, or is not there any more, is forgotten. An item in the path may be anybody's: only one's own is.</summary>
    public Task ForgetAsync() => Deleted is { } id ? recorder.WriteAsync(new([], Forgotten: [id], ForgottenBy: request.Owner)) : Task.CompletedTask;

    /// <inheritdoc/>
    public int Observe(ReadOnlyMemory<byte> events)
    {
        var free = events.Length;
        for (var start = 0; start < events.Length;)
        {
            var length = EventBoundary.EndOfFirst(events.Span[start..]);
            if (length == 0)
                length = events.Length - start;
            if (MustWait(ResponseEvent.Read(events.Slice(start, length))) && free == events.Length)
                free = start;
            start += length;
        }

        return free;
    }

    /// <inheritdoc/>
    public Task SettleAsync() => _writes;

    private SessionId? Deleted => request.Path switch
    {
        { Operation: ApiOperation.Response, Id: { } id, Rest: "" } => SessionId.Response(id),
        { Operation: ApiOperation.Conversation, Id: { } id, Rest: "" } => SessionId.Conversation(id),
        { Operation: ApiOperation.Conversation, Rest: var rest } when rest.StartsWith("items/", StringComparison.OrdinalIgnoreCase) => SessionId.Item(rest["items/".Length..]),
        { Operation: ApiOperation.Declared, Id: { } id, Rest: "", Key.Name: { } name } => SessionId.Declared(request.Pool.Name, name, id),
        _ => null,
    };

    private bool MustWait(ResponseEvent observed)
    {
        if (request.Path.Operation is ApiOperation.CreateDeclared or ApiOperation.Declared)
            return ObserveDeclared(observed.Data);
        if (!observed.Item.IsEmpty)
            ObserveItem(observed.Item);
        if (observed.Response.IsEmpty)
            return false;
        if (_responseId is null && !observed.IsTerminal)
            return ObserveBeginning(observed.Response);
        if (!observed.IsTerminal || AnswerReader.Read(observed.Response.Span, []) is not { } facts)
            return false;
        Write(RecordResponseAsync(facts, observed.Response));
        return true;
    }

    /// <summary>The first event: the id is known from here on. Who asked for the background may come back through another replica at once.</summary>
    private bool ObserveBeginning(ReadOnlyMemory<byte> response)
    {
        if (AnswerReader.Read(response.Span, []) is not { Id: { } id } facts)
            return false;
        _responseId = id;
        if (!IsStored(facts))
            return false;
        Write(request.Keys.Background ? RecordResponseAsync(facts, default) : RecordAsync([PinOf(SessionId.Response(id), SessionOf(id))]));
        return request.Keys.Background;
    }

    private bool ObserveDeclared(ReadOnlyMemory<byte> data)
    {
        if (_declaredIsKnown || request.Pool.Ids!.Fields.Count == 0 || AnswerReader.Read(data.Span, request.Pool.Ids.Fields) is not { Declared.Count: > 0 } facts)
            return false;
        _declaredIsKnown = true;
        Write(RecordAsync(DeclaredPins(facts)));
        return true;
    }

    private void ObserveItem(ReadOnlyMemory<byte> item)
    {
        if (AnswerReader.ReadItem(item.Span) is { Items: [var id, ..] } && IsStoredRequest)
            recorder.Publish(PinOf(SessionId.Item(id), SessionOf(_responseId)));
    }

    private void Write(Task write) => _writes = _writes.IsCompleted ? write : Task.WhenAll(_writes, write);

    private Task RecordResponseAsync(AnswerFacts facts, ReadOnlyMemory<byte> answer)
    {
        var session = SessionOf(facts.Id);
        if (facts.Id is not { } id || !IsStored(facts))
            return RecordAsync([.. facts.EncryptedContents.Select(content => PinOf(content, session)), .. ContainerPins(facts)]);

        List<Pin> pins = [PinOf(SessionId.Response(id), session), .. ItemPins(facts, session)];
        var conversation = facts.ConversationId ?? request.Keys.ConversationId;
        if (conversation is not null)
            pins.Add(PinOf(SessionId.Conversation(conversation), conversation));
        var keepsContent = request.Pool.Ids!.RecordContent;
        return RecordAsync(pins, new Turn(id, request.Owner, backend, session, now, _expiresAt)
        {
            PreviousResponseId = request.Keys.PreviousResponseId,
            ConversationId = conversation,
            Status = facts.Status ?? "in_progress",
            Model = facts.Model,
            InputTokens = facts.InputTokens,
            OutputTokens = facts.OutputTokens,
            Input = keepsContent ? request.Keys.Input : default,
            Answer = keepsContent && facts.IsFinal ? answer : default,
        });
    }

    private Task RecordAsync(IReadOnlyList<Pin> pins, Turn? turn = null)
    {
        // The region knows them: so will we.
        IReadOnlyList<Pin> all = [.. pins, .. LearnedPins()];
        foreach (var pin in all.Where(request.IsKnownAtOnce))
        {
            // Items are written with their turn, and most are never named: whoever names one finds it there.
            if (turn is null || pin.Id.Kind != SessionKeyKind.Item)
                recorder.Publish(pin);
        }

        return all.Count == 0 && turn is null ? Task.CompletedTask : recorder.WriteAsync(WriteOf(all, turn));
    }

    /// <summary>
    /// Lists and compactions may repeat ids that the caller made up: such an id is taken for the caller's only where the store has nobody else's, and so it is
    /// not published before.
    /// </summary>
    private Task RecordListAsync(AnswerFacts facts, string session)
    {
        List<Pin> all = [.. ItemPins(facts, session), .. LearnedPins()];
        foreach (var pin in all.Where(request.IsKeptLonger))
            recorder.Publish(pin);
        return all.Count == 0 ? Task.CompletedTask : recorder.WriteAsync(WriteOf(all));
    }

    private SessionWrite WriteOf(IReadOnlyList<Pin> pins, Turn? turn = null) =>
        request.HasMovedTo(backend) ? new(pins, turn, Forgotten: [request.Pin!.Id], ForgottenBy: request.Owner) : new(pins, turn);

    private IEnumerable<Pin> LearnedPins() => request.LearnedFrom(backend).Select(id => PinOf(id, id.Text));

    private List<Pin> ItemPins(AnswerFacts facts, string session) =>
    [
        .. facts.Items.Select(item => PinOf(SessionId.Item(item), session)), .. facts.EncryptedContents.Select(content => PinOf(content, session)), .. ContainerPins(facts),
    ];

    /// <summary>Several turns may use one, and it outlives each of them.</summary>
    private IEnumerable<Pin> ContainerPins(AnswerFacts facts) => facts.Containers.Distinct().Select(container => PinOf(SessionId.Item(container), container));

    private IReadOnlyList<Pin> DeclaredPins(AnswerFacts facts) =>
        [.. facts.Declared.Select(field => SessionId.Declared(request.Pool.Name, field.Key, field.Value)).Select(id => PinOf(id, id.Text))];

    private Pin PinOf(SessionId id, string session) => new(id, request.Owner, backend, session, _expiresAt);

    /// <summary>What it continues, else the conversation, else itself.</summary>
    private string SessionOf(string? responseId) => request.Session ?? request.Keys.ConversationId ?? responseId ?? "";

    private bool IsStoredRequest => request.Path.Operation == ApiOperation.Response || request.Keys.Store;

    private bool IsStored(AnswerFacts facts) => IsStoredRequest && facts.Store != false;
}
