namespace NebulaKeep.ThriftGen;

/// <summary>One IDL file.</summary>
public sealed record IdlFile(string Name)
{
    /// <summary>The C# namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Files that it includes.</summary>
    public List<string> Includes { get; } = [];

    /// <summary>Constants: name and text.</summary>
    public Dictionary<string, IdlConst> Consts { get; } = [];

    /// <summary>Enums, structs, unions.</summary>
    public Dictionary<string, IdlType> Types { get; } = [];

    /// <summary>Services.</summary>
    public List<IdlService> Services { get; } = [];
}

/// <summary>A string constant.</summary>
public sealed record IdlConst(string Name, string Value, string Doc, string Source);

/// <summary>A named type.</summary>
public abstract record IdlType(string Name, string CsName, string Doc, string Source);

/// <summary>An enum.</summary>
public sealed record IdlEnum(string Name, string CsName, string Doc, string Source, IReadOnlyList<(string Name, int Value)> Members)
    : IdlType(Name, CsName, Doc, Source);

/// <summary>A struct or union.</summary>
public sealed record IdlStruct(string Name, string CsName, string Doc, string Source, bool IsUnion, IReadOnlyList<IdlField> Fields)
    : IdlType(Name, CsName, Doc, Source);

/// <summary>How a field is written and whether it may be missing.</summary>
public enum Requiredness
{
    /// <summary>Always written; may be missing when read.</summary>
    Default,

    /// <summary>Written when set.</summary>
    Optional,

    /// <summary>Always written; must be there when read unless it has a default value.</summary>
    Required,
}

/// <summary>A field or a parameter.</summary>
public sealed record IdlField(short Id, string Name, IdlTypeRef Type, Requiredness Requiredness, IdlValue? Default, string Doc,
    bool IsLossy, bool IsSecret);

/// <summary>A type as a field names it; containers have arguments.</summary>
public sealed record IdlTypeRef(string Name, params IReadOnlyList<IdlTypeRef> Arguments);

/// <summary>A default value: text as written, or the fields of a struct.</summary>
public sealed record IdlValue(string Text, IReadOnlyList<(string Field, IdlValue Value)>? Fields = null);

/// <summary>A service.</summary>
public sealed record IdlService(string Name, string Doc, string Source, IReadOnlyList<IdlMethod> Methods);

/// <summary>A method; a result of <c>void</c> is only allowed for oneway ones.</summary>
public sealed record IdlMethod(string Name, string Doc, bool IsOneway, IdlTypeRef Result, IReadOnlyList<IdlField> Parameters);
