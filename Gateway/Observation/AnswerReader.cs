using System.Text;
using System.Text.Json;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Observation;

/// <summary>Reads <see cref="AnswerFacts"/> out of a region's JSON, in one pass. What it does not understand it passes over: regions are believed, not judged.</summary>
internal ref struct AnswerReader
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 512 };

    private readonly IReadOnlyList<string> _fields;
    private readonly AnswerFacts _facts = new();
    private Utf8JsonReader _json;

    private AnswerReader(ReadOnlySpan<byte> json, IReadOnlyList<string> fields)
    {
        _fields = fields;
        _json = new(json, s_options);
    }

    /// <summary>Reads <paramref name="json"/>; null where it is no JSON object.</summary>
    /// <param name="json">A whole object, or the beginning of one.</param>
    /// <param name="fields">The pool's own keys.</param>
    /// <param name="isWhole">False where only the beginning is there: then what it says counts as far as it goes.</param>
    public static AnswerFacts? Read(ReadOnlySpan<byte> json, IReadOnlyList<string> fields, bool isWhole = true)
    {
        var reader = new AnswerReader(json, fields);
        try
        {
            return reader.Read();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return isWhole ? null : reader._facts;
        }
    }

    /// <summary>Reads a list of items, as a request carries it; null where it cannot be told what is in it.</summary>
    public static AnswerFacts? ReadList(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new AnswerReader(json, []);
            reader.ReadItems();
            return reader._facts;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads one item, as an event carries it.</summary>
    /// <param name="json">A whole item, or the beginning of one.</param>
    /// <param name="isWhole">False where only the beginning is there.</param>
    public static AnswerFacts? ReadItem(ReadOnlySpan<byte> json, bool isWhole)
    {
        var reader = new AnswerReader(json, []);
        try
        {
            if (reader._json.Read() && reader._json.TokenType == JsonTokenType.StartObject)
                reader.ReadItem();
            return reader._facts;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return isWhole ? null : reader._facts;
        }
    }

    private AnswerFacts? Read()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            return null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            ReadProperty();
        return _facts;
    }

    private void ReadProperty()
    {
        if (_json.ValueTextEquals("id"u8))
            _facts.Id = ReadText();
        else if (_json.ValueTextEquals("object"u8))
            _facts.Object = ReadText();
        else if (_json.ValueTextEquals("status"u8))
            _facts.Status = ReadText();
        else if (_json.ValueTextEquals("model"u8))
            _facts.Model = ReadText();
        else if (_json.ValueTextEquals("previous_response_id"u8))
            _facts.PreviousResponseId = ReadText();
        else if (_json.ValueTextEquals("store"u8))
            _facts.Store = ReadFlag();
        else if (_json.ValueTextEquals("conversation"u8))
            ReadConversation();
        else if (_json.ValueTextEquals("usage"u8))
            ReadUsage();
        else if (_json.ValueTextEquals("output"u8) || _json.ValueTextEquals("data"u8))
            ReadItems();
        else if (DeclaredField.Match(in _json, _fields) is { } field)
            ReadDeclared(field);
        else
            SkipValue();
    }

    private void ReadDeclared(string field)
    {
        if (ReadText() is not { } value)
            return;
        _facts.Declared.RemoveAll(known => known.Name == field);
        _facts.Declared.Add((field, value));
    }

    private void ReadConversation()
    {
        if (!Enter(JsonTokenType.StartObject))
            return;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("id"u8))
                _facts.ConversationId = ReadText();
            else
                SkipValue();
        }
    }

    private void ReadUsage()
    {
        if (!Enter(JsonTokenType.StartObject))
            return;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("input_tokens"u8))
                _facts.InputTokens = ReadNumber();
            else if (_json.ValueTextEquals("output_tokens"u8))
                _facts.OutputTokens = ReadNumber();
            else
                SkipValue();
        }
    }

    private void ReadItems()
    {
        if (!Enter(JsonTokenType.StartArray))
            return;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType == JsonTokenType.StartObject)
                ReadItem();
            else
                _json.Skip();
        }
    }

    private void ReadItem()
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("id"u8))
            {
                if (ReadText() is { } id)
                    _facts.Items.Add(id);
            }
            else if (_json.ValueTextEquals("encrypted_content"u8))
            {
                if (ReadText() is { } content)
                    _facts.EncryptedContents.Add(SessionId.EncryptedContent(Encoding.UTF8.GetBytes(content)));
            }
            else if (!ReadContainer() && !ReadEnvironment())
            {
                SkipValue();
            }
        }
    }

    private bool ReadContainer()
    {
        if (!_json.ValueTextEquals("container_id"u8))
            return false;
        if (ReadText() is { } container && !_facts.Containers.Contains(container))
            _facts.Containers.Add(container);
        return true;
    }

    private bool ReadEnvironment()
    {
        if (!_json.ValueTextEquals("environment"u8))
            return false;
        if (!Enter(JsonTokenType.StartObject))
            return true;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadContainer())
                SkipValue();
        }

        return true;
    }

    /// <summary>Goes to the value; where it is of another kind, past it.</summary>
    private bool Enter(JsonTokenType kind)
    {
        _json.Read();
        if (_json.TokenType == kind)
            return true;
        _json.Skip();
        return false;
    }

    private string? ReadText()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.String)
            return _json.GetString();
        _json.Skip();
        return null;
    }

    private bool? ReadFlag()
    {
        _json.Read();
        if (_json.TokenType is JsonTokenType.True or JsonTokenType.False)
            return _json.GetBoolean();
        _json.Skip();
        return null;
    }

    private long? ReadNumber()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var number))
            return number;
        _json.Skip();
        return null;
    }

    private void SkipValue()
    {
        _json.Read();
        _json.Skip();
    }
}
