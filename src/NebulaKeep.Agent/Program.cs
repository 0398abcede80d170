using NebulaKeep.Agent.Cli;

return await AgentCommand.RunAsync(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error);
