using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Forwarding;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>What keeps sessions going when their backend does not.</summary>
internal sealed class SessionContinuity(
    PoolsSource pools, BackendSelector selector, SessionRecorder recorder, HistoryReader history, RecordedAnswers recorded, AttemptMarkers markers, TokenBudget budget, TimeProvider time)
{
    public BackendSelector Selector => selector;

    public SessionRecorder Recorder => recorder;

    public HistoryReader History => history;

    public RecordedAnswers Recorded => recorded;

    public AttemptMarkers Markers => markers;

    public TokenBudget Budget => budget;

    public TimeProvider Time => time;

    /// <summary>The backend of this name, whether it is in a pool or not.</summary>
    public BackendModel? Find(string name) => pools.Current.Find(name);
}
