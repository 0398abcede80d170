namespace NebulaKeep.ThriftGen;

/// <summary>Texts of the doc comments: what the IDL says, and where it has it from.</summary>
public static class Docs
{
    /// <summary>For a type.</summary>
    public static string OfType(IdlFile file, IdlType type) =>
        Sentence(type.Doc.Length > 0 ? type.Doc : $"{type.Name} of {file.Name}.") + From(type.Source);

    /// <summary>For a service.</summary>
    public static string OfService(IdlFile file, IdlService service) =>
        Sentence(service.Doc.Length > 0 ? service.Doc : $"{service.Name} of {file.Name}.") + From(service.Source);

    /// <summary>For a method.</summary>
    public static string OfMethod(IdlMethod method) => method.Doc.Length > 0 ? Sentence(method.Doc) : $"Method {method.Name}.";

    /// <summary>For a field.</summary>
    public static string OfField(IdlField field)
    {
        var kind = field.Requiredness switch
        {
            Requiredness.Optional => ", optional",
            Requiredness.Required => ", required",
            _ => "",
        };
        var text = field.Doc.Length > 0 ? $": {field.Doc}" : "";
        return Sentence($"Field {field.Id} {field.Name}{kind}{text}");
    }

    static string From(string source) => source.Length > 0 ? $" From {source}." : "";

    static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
