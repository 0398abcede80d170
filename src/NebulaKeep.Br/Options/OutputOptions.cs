using System.CommandLine;
using Microsoft.Extensions.Logging;
using NebulaKeep.Br.Output;

namespace NebulaKeep.Br.Options;

/// <summary>Flags about output.</summary>
sealed class OutputOptions
{
    readonly Option<string> output = new("--output") { Description = "text or json", DefaultValueFactory = _ => "text" };
    readonly Option<string?> log = new("--log") { Description = "file to append log lines to, one JSON document each" };
    readonly Option<bool> debug = new("--debug") { Description = "log more" };

    OutputOptions()
    {
        output.AcceptOnlyFromAmong("text", "json");
    }

    /// <summary>Adds the flags to a command.</summary>
    public static OutputOptions AddTo(Command command)
    {
        var options = new OutputOptions();
        command.Options.Add(options.output);
        command.Options.Add(options.log);
        command.Options.Add(options.debug);
        return options;
    }

    /// <summary>The result is a JSON document.</summary>
    public bool IsJson(ParseResult result) => result.GetValue(output) == "json";

    /// <summary>Loggers to the file, or to nowhere.</summary>
    public ILoggerFactory Loggers(ParseResult result, BrHost host)
    {
        var path = result.GetValue(log);
        return LoggerFactory.Create(builder =>
        {
            builder.SetMinimumLevel(result.GetValue(debug) ? LogLevel.Debug : LogLevel.Information);
            if (!string.IsNullOrEmpty(path)) builder.AddProvider(JsonLogFile.Open(path, host.Clock));
        });
    }
}
