using SessionAware.TestClients.AzureOpenAI;

// the resource's address, key, deployment
return await Conversation.RunAsync(new Uri(args[0]), args[1], args[2]);
