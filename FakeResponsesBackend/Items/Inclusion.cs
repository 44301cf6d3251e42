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
    // In the order in which the service lists them.
    private static readonly OrderedDictionary<string, Inclusion> s_byName = new()
    {
        ["file_search_call.results"] = Inclusion.None,
        ["web_search_call.results"] = Inclusion.None,
        ["web_search_call.action.sources"] = Inclusion.None,
        ["message.input_image.image_url"] = Inclusion.ImageUrls,
        ["computer_call_output.output.image_url"] = Inclusion.None,
        ["code_interpreter_call.outputs"] = Inclusion.None,
        ["reasoning.encrypted_content"] = Inclusion.None,
        ["message.output_text.logprobs"] = Inclusion.Logprobs,
    };

    public static Inclusion Read(FieldReader body)
    {
        var (include, fault) = Of(body.Texts("include", $"one of {ParameterErrors.OneOf(s_byName.Keys)}"));
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
                return (include, ParameterErrors.UnsupportedValue($"include[{index}]", name, [.. s_byName.Keys]));
            include |= one;
        }

        return (include, null);
    }
}
