namespace NebulaKeep.ThriftGen;

/// <summary>What the types of one IDL file are in C#, and how their values are read and written.</summary>
public sealed class TypeMap
{
    readonly IdlFile file;
    readonly IReadOnlyDictionary<string, IdlFile> files;

    /// <summary>Makes the map of a file; names are looked for in it and then in the files it includes.</summary>
    public TypeMap(IdlFile file, IReadOnlyDictionary<string, IdlFile> files)
    {
        this.file = file;
        this.files = files;
    }

    /// <summary>Name in PascalCase: <c>space_id</c> to SpaceId, <c>sVal</c> to SVal.</summary>
    public static string Pascal(string name) =>
        string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    /// <summary>True for types that are not references in C#.</summary>
    public bool IsValueType(IdlTypeRef type) =>
        type.Name is "bool" or "byte" or "i16" or "i32" or "i64" or "double" || Find(type.Name) is IdlEnum;

    /// <summary>True if the record's own equality would compare references.</summary>
    public static bool NeedsContentEquality(IdlTypeRef type) => type.Name is "binary" or "list" or "set" or "map";

    /// <summary>The C# type.</summary>
    public string CsType(IdlTypeRef type) => type.Name switch
    {
        "bool" => "bool",
        "byte" => "sbyte",
        "i16" => "short",
        "i32" => "int",
        "i64" => "long",
        "double" => "double",
        "string" => "string",
        "binary" => "byte[]",
        "list" or "set" => $"IReadOnlyList<{CsType(type.Arguments[0])}>",
        "map" => $"IReadOnlyDictionary<{CsType(type.Arguments[0])}, {CsType(type.Arguments[1])}>",
        _ => Named(type.Name).CsName,
    };

    /// <summary>The wire type as a C# expression.</summary>
    public string WireType(IdlTypeRef type) => "ThriftType." + type.Name switch
    {
        "bool" => "Bool",
        "byte" => "Byte",
        "i16" => "I16",
        "i32" => "I32",
        "i64" => "I64",
        "double" => "Double",
        "string" or "binary" => "String",
        "list" => "List",
        "set" => "Set",
        "map" => "Map",
        _ => Named(type.Name) is IdlEnum ? "I32" : "Struct",
    };

    /// <summary>An expression that reads a value from a reader.</summary>
    public string Read(IdlTypeRef type, string reader, bool lossy = false) => type.Name switch
    {
        "bool" => $"{reader}.ReadBool()",
        "byte" => $"{reader}.ReadByte()",
        "i16" => $"{reader}.ReadI16()",
        "i32" => $"{reader}.ReadI32()",
        "i64" => $"{reader}.ReadI64()",
        "double" => $"{reader}.ReadDouble()",
        "string" => lossy ? $"{reader}.ReadLossyString()" : $"{reader}.ReadString()",
        "binary" => $"{reader}.ReadBinary()",
        "list" or "set" => $"{reader}.ReadList({WireType(type.Arguments[0])}, {Function(type.Arguments[0])})",
        "map" => $"{reader}.ReadMap({string.Join(", ", type.Arguments.Select(WireType).Concat(type.Arguments.Select(Function)))})",
        _ => Named(type.Name) is IdlEnum e ? $"({e.CsName}){reader}.ReadI32()" : $"{reader}.ReadStruct<{Named(type.Name).CsName}>()",
    };

    /// <summary>Statements that write a value.</summary>
    public void Write(CodeWriter code, IdlTypeRef type, string value, int level = 1)
    {
        switch (type.Name)
        {
            case "list" or "set":
                code.Line($"writer.Write{Pascal(type.Name)}Begin({WireType(type.Arguments[0])}, {value}.Count);");
                code.Block($"foreach (var item{level} in {value})", () => Write(code, type.Arguments[0], $"item{level}", level + 1));
                break;
            case "map":
                code.Line($"writer.WriteMapBegin({WireType(type.Arguments[0])}, {WireType(type.Arguments[1])}, {value}.Count);");
                code.Block($"foreach (var (key{level}, value{level}) in {value}.InKeyOrder())", () =>
                {
                    Write(code, type.Arguments[0], $"key{level}", level + 1);
                    Write(code, type.Arguments[1], $"value{level}", level + 1);
                });
                break;
            default:
                code.Line(WriteSimple(type, value));
                break;
        }
    }

    /// <summary>The value that a field has when nothing sets it.</summary>
    public string Initial(IdlTypeRef type, IdlValue? value) =>
        value is not null ? Literal(type, value)
        : type.Name switch
        {
            "bool" => "false",
            "byte" or "i16" or "i32" or "i64" or "double" => "0",
            "string" => "\"\"",
            "binary" or "list" or "set" => "[]",
            "map" => $"ReadOnlyDictionary<{CsType(type.Arguments[0])}, {CsType(type.Arguments[1])}>.Empty",
            _ => Named(type.Name) is IdlEnum ? "0" : $"{Named(type.Name).CsName}.Empty",
        };

    /// <summary>The struct of that name, or null.</summary>
    public IdlStruct? FindStruct(string name) => Find(name) as IdlStruct;

    string Literal(IdlTypeRef type, IdlValue value)
    {
        if (value.Fields is { } fields && FindStruct(type.Name) is { } target)
        {
            var parts = fields.Select(f => $"{Pascal(f.Field)} = {Literal(target.Fields.Single(x => x.Name == f.Field).Type, f.Value)}");
            return $"new {target.CsName} {{ {string.Join(", ", parts)} }}";
        }
        var constant = Scope().SelectMany(f => f.Consts.Values).FirstOrDefault(c => c.Name == value.Text);
        return constant is null ? value.Text : $"\"{constant.Value}\"";
    }

    string Function(IdlTypeRef type) => $"static r => {Read(type, "r")}";

    string WriteSimple(IdlTypeRef type, string value) => type.Name switch
    {
        "bool" => $"writer.WriteBool({value});",
        "byte" => $"writer.WriteByte({value});",
        "i16" => $"writer.WriteI16({value});",
        "i32" => $"writer.WriteI32({value});",
        "i64" => $"writer.WriteI64({value});",
        "double" => $"writer.WriteDouble({value});",
        "string" => $"writer.WriteString({value});",
        "binary" => $"writer.WriteBinary({value});",
        _ => Named(type.Name) is IdlEnum ? $"writer.WriteI32((int){value});" : $"{value}.Write(writer);",
    };

    IEnumerable<IdlFile> Scope() => file.Includes.Select(name => files[name]).Prepend(file);

    IdlType? Find(string name) => Scope().Select(f => f.Types.GetValueOrDefault(name)).FirstOrDefault(t => t is not null);

    IdlType Named(string name) => Find(name) ?? throw new FormatException($"{file.Name}: there is no type {name}");
}
