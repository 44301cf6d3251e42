using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>A checked <c>POST /assistants</c>.</summary>
internal sealed record AssistantRequest(string? Name, string? Description, AgentSettings Settings)
{
    private const int LongestName = 256;
    private const int LongestDescription = 512;
    private static readonly HashSet<string> s_fields = ["name", "description", .. AgentSettings.Fields];

    public static AssistantRequest Read(FieldReader fields)
    {
        fields.OnlyKnown(s_fields);
        var settings = AgentSettings.Read(fields);
        if (settings.Model is null)
            fields.Refuse(ParameterErrors.Missing("model"));
        return new(AgentSettings.LimitedText(fields, "name", LongestName), AgentSettings.LimitedText(fields, "description", LongestDescription), settings);
    }
}
