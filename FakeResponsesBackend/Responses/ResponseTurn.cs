using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>One turn while it is made: its ids, what the model sees, what it says, and the response object at each stage.</summary>
internal sealed class ResponseTurn
{
    private readonly CreateRequest _request;
    private readonly StoredResponse? _previous;
    private readonly IReadOnlyList<MessageItem> _input;
    private readonly ResponseBody _begun;
    private readonly string _messageId;
    private readonly bool _isCut;

    public ResponseTurn(CreateRequest request, string model, StoredResponse? previous, DateTimeOffset at)
    {
        _request = request;
        _previous = previous;
        var partition = previous is null ? ResourceId.NewPartition() : ResourceId.PartitionOf(previous.Body.Id);
        string Mint(string prefix) => ResourceId.Mint(prefix, partition, request.Store, at);

        _input = [.. request.Input.Select(message => new MessageItem(Mint(ResourceId.Message), "completed", message.Content, message.Role))];
        _messageId = Mint(ResourceId.Message);
        _begun = Begin(Mint(ResourceId.Response), model, at);

        MessageItem[] messages = [.. previous?.Conversation() ?? [], .. _input];
        InputTokens = CountInput(request.Instructions, messages);
        var tokens = O200k.Split(EmulatedModel.Answer(messages));
        _isCut = request.MaxOutputTokens < tokens.Count + 1;
        Deltas = _isCut ? tokens.Take(request.MaxOutputTokens!.Value) : tokens;
    }

    /// <summary>The answer's text, one piece a token.</summary>
    public IEnumerable<string> Deltas { get; }

    /// <summary>Tokens of the prompt: 3, and 4 more than its text for each message; instructions are one message. Measured against recordings.</summary>
    public int InputTokens { get; }

    /// <summary>The response before the model has spoken.</summary>
    public ResponseBody InProgress => _begun;

    /// <summary>The model's message with <paramref name="text"/> so far.</summary>
    public MessageItem Message(string status, params ContentPart[] content) => new(_messageId, status, content, "assistant");

    /// <summary>The state of the finished message: cut by <c>max_output_tokens</c> or whole.</summary>
    public string FinalStatus => _isCut ? "incomplete" : "completed";

    /// <summary>The whole text that the model says.</summary>
    public string Text => string.Concat(Deltas);

    /// <summary>The finished response.</summary>
    public StoredResponse Finish(DateTimeOffset at)
    {
        var outputTokens = _isCut ? _request.MaxOutputTokens!.Value : Deltas.Count() + 1;
        var body = _begun with
        {
            Status = FinalStatus,
            CompletedAt = _isCut ? null : at.ToUnixTimeSeconds(),
            IncompleteDetails = _isCut ? new("max_output_tokens") : null,
            Output = [Message(FinalStatus, new OutputText(Text))],
            ServiceTier = "default",
            Usage = Usage.Of(InputTokens, outputTokens),
        };
        return new(body, _input, _previous);
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

    private static int CountInput(string? instructions, IEnumerable<MessageItem> messages)
    {
        const int PerRequest = 3;
        const int PerMessage = 4;
        var texts = messages.Select(message => message.PlainText);
        if (!string.IsNullOrEmpty(instructions))
            texts = texts.Prepend(instructions);
        return PerRequest + texts.Sum(text => PerMessage + O200k.Count(text));
    }
}
