using SessionAware.TestClients.ExtensionsAI;

// base URL, key, model
return await Conversation.RunAsync(new Uri(args[0]), args[1], args[2]);
