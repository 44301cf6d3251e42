using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SessionAware.Tests.Worlds;

/// <summary>Whole-body comparison in which only what differs by nature is masked: ids, times, padding.</summary>
public static partial class Golden
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Compares two bodies as JSON, property order included.</summary>
    public static void AssertSame(string expected, string actual) => Assert.Equal(Normalize(expected), Normalize(actual));

    /// <summary>Compares a stream with the data of its events, byte by byte: lines of <c>data:</c> and nothing else.</summary>
    public static void AssertSameStream(string expected, string actual) =>
        Assert.Equal(string.Concat(expected.Split('\n').Select(line => $"data: {line}\n\n")), Mask(actual));

    /// <summary>Ids in their full grammar become <c>resp_ID</c> and so on, times become 0, padding becomes <c>PAD</c>; anything malformed stays and shows.</summary>
    public static string Mask(string text)
    {
        text = Id().Replace(text, "${prefix}_ID");
        text = CompletionId().Replace(text, "chatcmpl-ID");
        text = OpaqueId().Replace(text, "${prefix}_ID");
        text = Time().Replace(text, "\"${name}\":0");
        text = Sealed().Replace(text, "SEALED");
        return Padding().Replace(text, "\"obfuscation\":\"PAD\"");
    }

    private static string Normalize(string json) => JsonNode.Parse(Mask(json))!.ToJsonString(s_indented);

    [GeneratedRegex(@"\b(?<prefix>resp|msg|fc|fco|ctc|ctco|rs|cmp)_0[0-9a-f]{15}0[01][0-9a-f]{8}[0-9a-f]{24}\b|\b(?<prefix>conv|msg|fc|fco)_[0-9a-f]{32}0[0-9a-f]{15}\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\bchatcmpl-[A-Za-z0-9]{29}\b")]
    private static partial Regex CompletionId();

    [GeneratedRegex(@"\b(?<prefix>asst|thread|msg|run|step|call)_[0-9A-Za-z]{24}\b")]
    private static partial Regex OpaqueId();

    [GeneratedRegex("\"(?<name>created_at|started_at|completed_at|cancelled_at|failed_at|expires_at|created)\":\\s*[0-9]{10}")]
    private static partial Regex Time();

    [GeneratedRegex(@"\bgAAAAA[A-Za-z0-9_=-]{40,}")]
    private static partial Regex Sealed();

    [GeneratedRegex("\"obfuscation\":\"[A-Za-z0-9]{0,15}\"")]
    private static partial Regex Padding();
}
