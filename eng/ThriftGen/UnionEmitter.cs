namespace NebulaKeep.ThriftGen;

/// <summary>Writes the record of a union and the enum that says which field is set.</summary>
public static class UnionEmitter
{
    /// <summary>Adds both.</summary>
    public static void Emit(CodeWriter code, IdlFile file, IdlStruct type, TypeMap map)
    {
        EmitFieldEnum(code, type);
        code.Line();
        code.Summary(Docs.OfType(file, type) + " At most one field is set.");
        code.Block($"public sealed partial record {type.CsName} : IThriftStruct<{type.CsName}>", () =>
        {
            code.Line($"readonly {type.CsName}Field which;");
            code.Line("readonly object? content;");
            code.Line();
            code.Summary("No field set.");
            code.Line($"public static {type.CsName} Empty {{ get; }} = new();");
            code.Line();
            code.Summary("Which field is set.");
            code.Line($"public {type.CsName}Field Field => which;");
            code.Line();
            foreach (var field in type.Fields) EmitProperty(code, type, field, map);
            EmitRead(code, type, map);
            code.Line();
            EmitWrite(code, type, map);
            code.Line();
            EmitEquality(code, type);
        });
    }

    static void EmitFieldEnum(CodeWriter code, IdlStruct type)
    {
        code.Summary($"The fields of {type.CsName}.");
        code.Block($"public enum {type.CsName}Field", () =>
        {
            code.Summary("No field set.");
            code.Line("None = 0,");
            foreach (var field in type.Fields)
            {
                code.Line();
                code.Summary(Docs.OfField(field));
                code.Line($"{TypeMap.Pascal(field.Name)} = {field.Id},");
            }
        });
    }

    static void EmitProperty(CodeWriter code, IdlStruct type, IdlField field, TypeMap map)
    {
        var name = TypeMap.Pascal(field.Name);
        code.Summary(Docs.OfField(field) + " Null if another field is set.");
        code.Block($"public {map.CsType(field.Type)}? {name}", () =>
        {
            code.Line($"get => which == {type.CsName}Field.{name} ? ({map.CsType(field.Type)}?)content : null;");
            code.Line($"init => (which, content) = value is null ? (which, content) : ({type.CsName}Field.{name}, value);");
        });
        code.Line();
    }

    static void EmitRead(CodeWriter code, IdlStruct type, TypeMap map)
    {
        code.Line("/// <inheritdoc/>");
        code.Block($"public static {type.CsName} Read(ThriftReader reader)", () =>
        {
            code.Line("var value = Empty;");
            code.Line("reader.ReadStructBegin();");
            code.Block("while (reader.ReadFieldBegin(out var type, out var id))", () => code.Block("switch (id, type)", () =>
            {
                foreach (var field in type.Fields)
                {
                    var set = $"{TypeMap.Pascal(field.Name)} = {map.Read(field.Type, "reader")}";
                    code.Line($"case ({field.Id}, {map.WireType(field.Type)}): value = new {type.CsName} {{ {set} }}; break;");
                }
                code.Line("default: reader.Skip(type); break;");
            }));
            code.Line("reader.ReadStructEnd();");
            code.Line("return value;");
        });
    }

    static void EmitWrite(CodeWriter code, IdlStruct type, TypeMap map)
    {
        code.Line("/// <inheritdoc/>");
        code.Block("public void Write(ThriftWriter writer)", () =>
        {
            code.Line("writer.WriteStructBegin();");
            foreach (var field in type.Fields)
            {
                code.Block($"if (which == {type.CsName}Field.{TypeMap.Pascal(field.Name)})", () =>
                {
                    code.Line($"var f{field.Id} = ({map.CsType(field.Type)})content!;");
                    code.Line($"writer.WriteFieldBegin({map.WireType(field.Type)}, {field.Id});");
                    map.Write(code, field.Type, $"f{field.Id}");
                });
            }
            code.Line("writer.WriteStructEnd();");
        });
    }

    static void EmitEquality(CodeWriter code, IdlStruct type)
    {
        code.Summary("Compares the field that is set by content.");
        code.Line($"public bool Equals({type.CsName}? other) =>");
        code.Line("    other is not null && which == other.which && ThriftEquality.Same(content, other.content);");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line("public override int GetHashCode() => HashCode.Combine(which, ThriftEquality.Hash(content));");
    }
}
