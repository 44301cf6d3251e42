namespace SessionAware.ClientWorker.Faults;

/// <summary>When the faults of a run are withdrawn.</summary>
public enum FaultEnd
{
    /// <summary>As soon as it has struck, before that turn is over: a storm that passes.</summary>
    OnceStruck,

    /// <summary>After the turn that met them.</summary>
    AfterTheTurn,

    /// <summary>After the last turn.</summary>
    AfterTheRun,
}
