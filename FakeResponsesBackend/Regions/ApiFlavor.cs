namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Whose dialect the region speaks where the two services differ: access errors, unknown paths and models, headers.</summary>
public enum ApiFlavor
{
    /// <summary>Azure OpenAI and Foundry.</summary>
    Azure,

    /// <summary>api.openai.com.</summary>
    OpenAI,
}
