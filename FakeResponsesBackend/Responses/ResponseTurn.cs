using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>One turn while it is made: its ids, what the model sees, what it says, and the response object at each stage.</summary>
internal sealed class ResponseTurn
{
    private const int TokensPerRequest = 3;
    private const int TokensPerMessage = 4;

    private readonly CreateRequest _request;
    private readonly StoredResponse? _previous;
    private readonly IReadOnlyList<MessageItem> _input;
    private readonly ResponseBody _begun;
    private readonly string _messageId;
    private readonly bool _isCut;
    private readonly int _messageTokens;
    private readonly int _textTokens;
    private readonly int _outputTokens;

    public ResponseTurn(CreateRequest request, string model, StoredResponse? previous, DateTimeOffset at)
    {
        _request = request;
        _previous = previous;
        var partition = previous is null ? ResourceId.NewPartition() : ResourceId.PartitionOf(previous.Body.Id);
        string Mint(string prefix) => ResourceId.Mint(prefix, partition, request.Store, at);

        _input = [.. request.Input.Select(message => new MessageItem(Mint(ResourceId.Message), "completed", message.Content, message.Role))];
        _messageId = Mint(ResourceId.Message);
        _begun = Begin(Mint(ResourceId.Response), model, at);

        _messageTokens = (previous?.ConversationTokens ?? 0) + _input.Sum(message => TokensOf(message.PlainText));
        InputTokens = TokensPerRequest + _messageTokens + (string.IsNullOrEmpty(request.Instructions) ? 0 : TokensOf(request.Instructions));

        var pieces = O200k.Split(EmulatedModel.Answer([.. previous?.Conversation() ?? [], .. _input]));
        var wholeTokens = pieces.Sum(piece => piece.Tokens);
        _isCut = request.MaxOutputTokens < wholeTokens + 1;
        Deltas = [.. (_isCut ? Cut(pieces, request.MaxOutputTokens!.Value) : pieces).Select(piece => piece.Text)];
        Text = string.Concat(Deltas);
        // A whole answer ends with a token that is no text; one that was cut costs just its limit, and counts as history by the text that is left.
        (_textTokens, _outputTokens) = _isCut ? (O200k.Count(Text), request.MaxOutputTokens!.Value) : (wholeTokens, wholeTokens + 1);
    }

    /// <summary>The answer's text, one piece a token.</summary>
    public IReadOnlyList<string> Deltas { get; }

    /// <summary>Tokens of the prompt: 3, and 4 more than its text for each message; instructions are one message. Measured against recordings.</summary>
    public int InputTokens { get; }

    /// <summary>The response before the model has spoken.</summary>
    public ResponseBody InProgress => _begun;

    /// <summary>The model's message with <paramref name="text"/> so far.</summary>
    public MessageItem Message(string status, params ContentPart[] content) => new(_messageId, status, content, "assistant");

    /// <summary>The state of the finished message: cut by <c>max_output_tokens</c> or whole.</summary>
    public string FinalStatus => _isCut ? "incomplete" : "completed";

    /// <summary>The whole text that the model says.</summary>
    public string Text { get; }

    /// <summary>The finished response.</summary>
    public StoredResponse Finish(DateTimeOffset at)
    {
        var body = _begun with
        {
            Status = FinalStatus,
            CompletedAt = _isCut ? null : at.ToUnixTimeSeconds(),
            IncompleteDetails = _isCut ? new("max_output_tokens") : null,
            Output = [Message(FinalStatus, new OutputText(Text))],
            ServiceTier = "default",
            Usage = Usage.Of(InputTokens, _outputTokens),
        };
        return new(body, _input, _previous, _messageTokens + TokensPerMessage + _textTokens);
    }

    private ResponseBody Begin(string id, string model, DateTimeOffset at) => new()
    {
        Id = id,
        CreatedAt = at.ToUnixTimeSeconds(),
        Status = "in_progress",
        Instructions = _request.Instructions,
        MaxOutputTokens = _request.MaxOutputTokens,
        MaxToolCalls = _request.MaxToolCalls,
        Model = model,
        ParallelToolCalls = _request.ParallelToolCalls,
        PreviousResponseId = _request.PreviousResponseId,
        PromptCacheKey = _request.PromptCacheKey,
        PromptCacheRetention = _request.PromptCacheRetention,
        SafetyIdentifier = _request.SafetyIdentifier,
        ServiceTier = "auto",
        Store = _request.Store,
        Temperature = _request.Temperature,
        Text = new TextSettings(_request.Verbosity),
        TopP = _request.TopP,
        Truncation = _request.Truncation,
        Metadata = _request.Metadata,
    };

    private static int TokensOf(string text) => TokensPerMessage + O200k.Count(text);

    private static IEnumerable<TokenPiece> Cut(IEnumerable<TokenPiece> pieces, int tokens)
    {
        foreach (var piece in pieces)
        {
            tokens -= piece.Tokens;
            if (tokens < 0)
                yield break;
            yield return piece;
        }
    }
}
