using System.Text.Json;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>
/// Reads the session keys out of a request's JSON, in one pass and without building a tree. A key that stands twice is refused: the region might go by the
/// other one. So is one that is no text.
/// </summary>
internal ref struct BodyKeysReader
{
    private const string PreviousResponseId = "previous_response_id";
    private const string Conversation = "conversation";

    // Schemas of tools nest deeply; the default would refuse what regions take.
    private const int Deepest = 512;

    // More references than any client sends: each may be a question to the store.
    private const int MostItems = 10_000;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly IReadOnlyList<string> _fields;
    private readonly string _input;
    private readonly BodyKeys _keys = new();
    private readonly List<string> _seen = [];
    private HashSet<SessionId>? _references;
    private Utf8JsonReader _json;

    private BodyKeysReader(ReadOnlyMemory<byte> body, IReadOnlyList<string> fields, string input)
    {
        _body = body;
        _fields = fields;
        _input = input;
        _json = new(body.Span, new JsonReaderOptions { MaxDepth = Deepest });
    }

    /// <summary>Reads <paramref name="body"/>; what it returns points into it.</summary>
    /// <param name="body">The whole body, UTF-8.</param>
    /// <param name="fields">The pool's own keys.</param>
    /// <param name="input">What the input is called: of conversations <c>items</c>.</param>
    /// <exception cref="UnreadableBodyException">It is no JSON object, or a key in it is ambiguous or of the wrong type.</exception>
    public static BodyKeys Read(ReadOnlyMemory<byte> body, IReadOnlyList<string> fields, string input = "input")
    {
        if (body.Span.StartsWith("\uFEFF"u8))
            body = body[3..];
        try
        {
            return new BodyKeysReader(body, fields, input).Read();
        }
        catch (JsonException malformed)
        {
            throw UnreadableBodyException.Malformed(malformed.LineNumber, malformed.BytePositionInLine);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a name: it can be compared with nothing.
            throw new UnreadableBodyException("A name in the request body is not valid text.", param: null);
        }
    }

    private BodyKeys Read()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            throw new UnreadableBodyException("The request body must be a JSON object.", param: null);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            ReadProperty();
        // Anything after the object is malformed, and says so here.
        _json.Read();
        return _keys;
    }

    private void ReadProperty()
    {
        if (_json.ValueTextEquals("previous_response_id"u8))
            _keys.PreviousResponseId = ReadKey(PreviousResponseId);
        else if (_json.ValueTextEquals("conversation"u8))
            _keys.ConversationId = ReadConversation();
        else if (_json.ValueTextEquals(_input))
            ReadInput(_input);
        else if (_json.ValueTextEquals("tools"u8))
            ReadTools();
        else if (_json.ValueTextEquals("model"u8))
            ReadModel();
        else if (_json.ValueTextEquals("store"u8))
            _keys.Store = ReadFlag("store") ?? true;
        else if (_json.ValueTextEquals("background"u8))
            _keys.Background = ReadFlag("background") ?? false;
        else if (DeclaredField.Match(in _json, _fields) is { } field)
            ReadDeclared(field);
        else
            SkipValue();
    }

    private void ReadDeclared(string field)
    {
        if (ReadKey(field) is { } value)
            _keys.Declared.Add((field, value));
    }

    private string? ReadConversation()
    {
        Once(Conversation);
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
            return Text(Conversation);
        string? id = null;
        var seen = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (!_json.ValueTextEquals("id"u8))
            {
                SkipValue();
                continue;
            }

            if (seen)
                throw UnreadableBodyException.Twice("conversation.id");
            seen = true;
            _json.Read();
            id = Text("conversation.id");
        }

        return id;
    }

    private void ReadInput(string name)
    {
        Once(name);
        _json.Read();
        var start = (int)_json.TokenStartIndex;
        if (_json.TokenType == JsonTokenType.StartArray)
        {
            while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
            {
                if (_json.TokenType == JsonTokenType.StartObject)
                    ReadItem(name);
                else
                    _json.Skip();
            }
        }
        else
        {
            _json.Skip();
        }

        _keys.Input = _body[start..(int)_json.BytesConsumed];
    }

    private void ReadItem(string name)
    {
        var (reference, content, container, ofEnvironment) = InputItemReader.Read(ref _json, name);
        if (content is { } encrypted && IsNew(encrypted, name))
            _keys.EncryptedContents.Add(encrypted);
        if (reference is not null && IsNew(SessionId.Item(reference), name))
            _keys.Items.Add(reference);
        AddContainer(container, name);
        AddContainer(ofEnvironment, name);
    }

    private void ReadTools()
    {
        const string tools = "tools";
        Once(tools);
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            _json.Skip();
            return;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType == JsonTokenType.StartObject)
            {
                var (container, ofEnvironment, isHosted) = ContainerReader.ReadTool(ref _json);
                _keys.HasHostedTools |= isHosted;
                AddContainer(container, tools);
                AddContainer(ofEnvironment, tools);
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private void AddContainer(string? container, string name)
    {
        if (container is not null && IsNew(SessionId.Item(container), name))
            _keys.Containers.Add(container);
    }

    /// <summary>Whether it was not there yet; however much a body repeats, each is asked for once.</summary>
    private bool IsNew(SessionId id, string name)
    {
        _references ??= [];
        if (!_references.Add(id))
            return false;
        return _references.Count <= MostItems ? true : throw new UnreadableBodyException($"The input refers to more than {MostItems} items.", name);
    }

    // The region judges it; whatever is wrong with it is its business.
    private void ReadModel()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.String && !_json.ValueIsEscaped)
            _keys.Model = _json.GetString();
        _json.Skip();
    }

    private string? ReadKey(string name)
    {
        Once(name);
        _json.Read();
        return Text(name);
    }

    private bool? ReadFlag(string name)
    {
        Once(name);
        _json.Read();
        return _json.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Null => null,
            _ => throw new UnreadableBodyException($"'{name}' must be true or false.", name),
        };
    }

    private readonly string? Text(string name) => KeyText.Of(in _json, name);

    private readonly void Once(string name)
    {
        if (_seen.Contains(name))
            throw UnreadableBodyException.Twice(name);
        _seen.Add(name);
    }

    private void SkipValue()
    {
        _json.Read();
        _json.Skip();
    }
}
