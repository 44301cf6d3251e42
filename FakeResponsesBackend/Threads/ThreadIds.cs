namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Prefixes of this family's ids; 24 letters and digits follow, and nothing in them names the region.</summary>
internal static class ThreadIds
{
    public const string Assistant = "asst_";
    public const string Thread = "thread_";
    public const string Message = "msg_";
    public const string Run = "run_";
    public const string Step = "step_";
}
