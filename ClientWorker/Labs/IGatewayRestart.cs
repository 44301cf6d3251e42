namespace SessionAware.ClientWorker.Labs;

/// <summary>Restarts the gateway: offered by whoever hosts both it and the lab.</summary>
public interface IGatewayRestart
{
    /// <summary>Ends the gateway, with all that it knows by heart, and starts another at the same address over the same session store.</summary>
    Task RestartAsync(CancellationToken cancellationToken);
}
