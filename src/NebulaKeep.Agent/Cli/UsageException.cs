using NebulaKeep.Core;

namespace NebulaKeep.Agent.Cli;

/// <summary>The command line cannot be used; the agent ends with status 2.</summary>
sealed class UsageException(string message) : NebulaKeepException(message);
