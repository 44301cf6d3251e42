using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Everything that the model is given for one turn.</summary>
public sealed record ModelPrompt
{
    /// <summary>The deployment that was asked.</summary>
    public required string Model { get; init; }

    /// <summary>The whole history that the region has for this turn, oldest first, the new input at its end.</summary>
    public required IReadOnlyList<Item> Items { get; init; }

    /// <summary>Instructions for this turn.</summary>
    public string? Instructions { get; init; }

    /// <summary>Tools offered.</summary>
    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <summary>Which of them may or must be called.</summary>
    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>Whether several calls may be made at once.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The form of the text.</summary>
    public TextFormat Format { get; init; } = new PlainFormat();

    /// <summary>What the user said, oldest first.</summary>
    public IReadOnlyList<string> Told => _told ??= [.. Items.OfType<MessageItem>().Where(message => message.Role == "user").Select(message => message.PlainText)];

    /// <summary>What the user said last; empty where they said nothing.</summary>
    public string LastTold => Told.Count > 0 ? Told[^1].Trim() : "";

    /// <summary>What happened since: the calls of this exchange and their outputs.</summary>
    public IReadOnlyList<Item> SinceLastTold
    {
        get
        {
            var last = Items.Count - 1;
            while (last >= 0 && Items[last] is not MessageItem { Role: "user" })
                last--;
            return [.. Items.Skip(last + 1)];
        }
    }

    private IReadOnlyList<string>? _told;
}
