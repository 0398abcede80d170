using Microsoft.Extensions.Logging;

namespace NebulaKeep.Certs;

/// <summary>What the commands have of the world around them.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Loggers">Where logs go.</param>
/// <param name="Clock">The time.</param>
/// <param name="Random">Spreads renewals.</param>
/// <param name="Variable">Looks a variable of the environment up; null where it is not set.</param>
/// <param name="OwnNames">The names under which this host, or this pod, is known.</param>
sealed record CertsHost(
    TextWriter Output, TextWriter Error, ILoggerFactory Loggers, TimeProvider Clock, Random Random, Func<string, string?> Variable, Func<IReadOnlyList<string>> OwnNames);
