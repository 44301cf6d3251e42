namespace SessionAware.Gateway.CosmosSessions;

/// <summary>What Cosmos answered instead of what was asked of it.</summary>
internal sealed class CosmosStoreException(string message) : Exception(message);
