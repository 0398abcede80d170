using System.CommandLine;
using System.Globalization;
using NebulaKeep.Br.Commands;
using NebulaKeep.Core;
using NebulaKeep.Core.Schedules;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Reference.Tests;

/// <summary>A program's page: each command with its examples, arguments and flags.</summary>
static class CommandPage
{
    public static Markdown Of(string program, RootCommand root) => Add(new Markdown(), program, root, level: 1);

    /// <summary>Adds a command and those below it.</summary>
    public static Markdown Add(Markdown page, string name, Command command, int level)
    {
        page.Heading(Math.Min(level, 3), name);
        Describe(page, command.Description ?? "");
        page.Table(["argument", "type", "meaning"], [.. command.Arguments.Where(argument => !argument.Hidden)
            .Select(argument => (IReadOnlyList<string>)[Markdown.Code(argument.Name), TypeName(argument.ValueType), argument.Description ?? ""])]);
        page.Table(["flag", "type", "default", "meaning"], [.. command.Options.Where(IsOurs).Select(Row)]);
        foreach (var below in command.Subcommands.Where(below => !below.Hidden)) Add(page, $"{name} {below.Name}", below, level + 1);
        return page;
    }

    /// <summary>The words, and the examples in a block of their own.</summary>
    static void Describe(Markdown page, string description)
    {
        var parts = description.ReplaceLineEndings("\n").Split("\n\n");
        page.Paragraph(parts[0].Replace('\n', ' '));
        if (parts.Length > 1) page.Block(string.Join("\n\n", parts[1..]));
    }

    static bool IsOurs(Option option) => !option.Hidden && option.GetType().Namespace == typeof(Option).Namespace && option.GetType().IsGenericType;

    static IReadOnlyList<string> Row(Option option) =>
    [
        string.Join(", ", option.Aliases.Prepend(option.Name).Distinct(StringComparer.Ordinal).Select(Markdown.Code)),
        TypeName(option),
        option.Required ? "required" : Default(option),
        option.Description ?? "",
    ];

    static string Default(Option option)
    {
        if (!option.HasDefaultValue || option.ValueType == typeof(bool)) return "";
        return option.GetDefaultValue() switch
        {
            null or System.Collections.ICollection { Count: 0 } => "",
            TimeSpan duration => Markdown.Code(GoDuration.Format(duration)),
            IFormattable value => Markdown.Code(value.ToString(null, CultureInfo.InvariantCulture)),
            var value => Markdown.Code(value.ToString()!),
        };
    }

    static string TypeName(Option option) => option.HelpName is { } choices && choices.Contains('|') ? string.Join(" or ", choices.Split('|').Select(Markdown.Code)) : TypeName(option.ValueType);

    static string TypeName(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum) return string.Join(" or ", Enum.GetNames(plain).Select(Markdown.Code));
        if (plain.IsArray || plain.IsConstructedGenericType) return $"{TypeName(plain.GetElementType() ?? plain.GetGenericArguments().Single())}, may be repeated";
        return Words.GetValueOrDefault(plain) ?? throw new InvalidOperationException($"{plain} has no name for people; give it one here");
    }

    static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(bool)] = "switch",
        [typeof(string)] = "text",
        [typeof(int)] = "whole number",
        [typeof(long)] = "whole number",
        [typeof(double)] = "number",
        [typeof(TimeSpan)] = "duration",
        [typeof(DirectoryInfo)] = "folder",
        [typeof(FileInfo)] = "file",
        [typeof(HostAddress)] = "host:port",
        [typeof(StoreUri)] = "a store's address",
        [typeof(BackupName)] = "a backup's name",
        [typeof(BaseChoice)] = "a backup's name, or `latest`",
    };
}
