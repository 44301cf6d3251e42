using SessionAware.Standalone;

return await StandaloneCommand.RunAsync(args);
