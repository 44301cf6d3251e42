namespace SessionAware.ClientWorker.Faults;

/// <summary>When the faults of a run are withdrawn.</summary>
public enum FaultEnd
{
    /// <summary>Before the turn that met them is over: a storm that passes.</summary>
    AMomentLater,

    /// <summary>After that turn.</summary>
    AfterTheTurn,

    /// <summary>After the last turn.</summary>
    AfterTheRun,
}
