using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>What a caller's <c>include</c> asks for on top.</summary>
[Flags]
public enum Inclusion
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>message.input_image.image_url</c>.</summary>
    ImageUrls = 1,

    /// <summary><c>message.output_text.logprobs</c>.</summary>
    Logprobs = 2,
}

/// <summary>Reads <c>include</c>.</summary>
internal static class Inclusions
{
    // Those of hosted tools ask for what this model never makes, and sealed reasoning comes anyway, so they ask for nothing.
    private static readonly Dictionary<string, Inclusion> s_byName = new()
    {
        ["code_interpreter_call.outputs"] = Inclusion.None,
        ["computer_call_output.output.image_url"] = Inclusion.None,
        ["file_search_call.results"] = Inclusion.None,
        ["message.input_image.image_url"] = Inclusion.ImageUrls,
        ["message.output_text.logprobs"] = Inclusion.Logprobs,
        ["reasoning.encrypted_content"] = Inclusion.None,
        ["web_search_call.action.sources"] = Inclusion.None,
        ["web_search_call.results"] = Inclusion.None,
    };

    public static Inclusion Read(FieldReader body)
    {
        var (include, fault) = Of(body.Texts("include"));
        if (fault is not null)
            body.Refuse(fault);
        return include;
    }

    /// <summary>All that the names stand for; a fault where one stands for nothing.</summary>
    public static (Inclusion Include, ApiError? Fault) Of(IEnumerable<string> names)
    {
        var include = Inclusion.None;
        foreach (var (index, name) in names.Index())
        {
            if (!s_byName.TryGetValue(name, out var one))
                return (include, ApiErrors.UnsupportedValue($"include[{index}]", name, [.. s_byName.Keys]));
            include |= one;
        }

        return (include, null);
    }
}
