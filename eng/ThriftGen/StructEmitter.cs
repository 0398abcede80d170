namespace NebulaKeep.ThriftGen;

/// <summary>Writes the record of a struct.</summary>
public static class StructEmitter
{
    /// <summary>Adds the record.</summary>
    public static void Emit(CodeWriter code, IdlFile file, IdlStruct type, TypeMap map)
    {
        code.Summary(Docs.OfType(file, type));
        code.Block($"public sealed partial record {type.CsName} : IThriftStruct<{type.CsName}>", () =>
        {
            if (!type.Fields.Any(IsCsRequired)) EmitEmpty(code, type);
            foreach (var field in type.Fields) EmitProperty(code, field, map);
            EmitRead(code, type, map);
            code.Line();
            EmitWrite(code, type, map);
            if (type.Fields.Any(f => TypeMap.NeedsContentEquality(f.Type))) EmitEquality(code, type);
            if (type.Fields.Any(f => f.IsSecret)) EmitToString(code, type);
        });
    }

    static bool IsCsRequired(IdlField field) => field.Requiredness == Requiredness.Required && field.Default is null;

    static void EmitEmpty(CodeWriter code, IdlStruct type)
    {
        code.Summary("Every field as it is when nothing sets it.");
        code.Line($"public static {type.CsName} Empty {{ get; }} = new();");
        code.Line();
    }

    static void EmitProperty(CodeWriter code, IdlField field, TypeMap map)
    {
        var name = TypeMap.Pascal(field.Name);
        var type = map.CsType(field.Type);
        code.Summary(Docs.OfField(field));
        if (field.Requiredness == Requiredness.Optional) code.Line($"public {type}? {name} {{ get; init; }}");
        else if (IsCsRequired(field)) code.Line($"public required {type} {name} {{ get; init; }}");
        else if (field.Default is null && map.IsValueType(field.Type)) code.Line($"public {type} {name} {{ get; init; }}");
        else code.Line($"public {type} {name} {{ get; init; }} = {map.Initial(field.Type, field.Default)};");
        code.Line();
    }

    static void EmitRead(CodeWriter code, IdlStruct type, TypeMap map)
    {
        code.Line("/// <inheritdoc/>");
        code.Block($"public static {type.CsName} Read(ThriftReader reader)", () =>
        {
            foreach (var field in type.Fields) code.Line(Local(field, map));
            code.Line("reader.ReadStructBegin();");
            code.Block("while (reader.ReadFieldBegin(out var type, out var id))", () => EmitFields(code, type, map));
            code.Line("reader.ReadStructEnd();");
            EmitResult(code, type);
        });
    }

    static string Local(IdlField field, TypeMap map) =>
        field.Requiredness == Requiredness.Optional || IsCsRequired(field)
            ? $"{map.CsType(field.Type)}? f{field.Id} = null;"
            : $"{map.CsType(field.Type)} f{field.Id} = {map.Initial(field.Type, field.Default)};";

    static void EmitFields(CodeWriter code, IdlStruct type, TypeMap map)
    {
        if (type.Fields.Count == 0)
        {
            code.Line("reader.Skip(type);");
            return;
        }
        code.Block("switch (id, type)", () =>
        {
            foreach (var field in type.Fields)
            {
                var read = map.Read(field.Type, "reader", field.IsLossy);
                code.Line($"case ({field.Id}, {map.WireType(field.Type)}): f{field.Id} = {read}; break;");
            }
            code.Line("default: reader.Skip(type); break;");
        });
    }

    static void EmitResult(CodeWriter code, IdlStruct type)
    {
        if (type.Fields.Count == 0)
        {
            code.Line("return Empty;");
            return;
        }
        code.Line($"return new {type.CsName}");
        code.Line("{");
        foreach (var field in type.Fields)
        {
            var missing = IsCsRequired(field) ? $" ?? throw reader.Malformed(\"{type.Name} without its field {field.Name}\")" : "";
            code.Line($"    {TypeMap.Pascal(field.Name)} = f{field.Id}{missing},");
        }
        code.Line("};");
    }

    static void EmitWrite(CodeWriter code, IdlStruct type, TypeMap map)
    {
        code.Line("/// <inheritdoc/>");
        code.Block("public void Write(ThriftWriter writer)", () =>
        {
            code.Line("writer.WriteStructBegin();");
            foreach (var field in type.Fields) EmitWriteField(code, field, map);
            code.Line("writer.WriteStructEnd();");
        });
    }

    static void EmitWriteField(CodeWriter code, IdlField field, TypeMap map)
    {
        var name = TypeMap.Pascal(field.Name);
        if (field.Requiredness != Requiredness.Optional)
        {
            code.Line($"writer.WriteFieldBegin({map.WireType(field.Type)}, {field.Id});");
            map.Write(code, field.Type, name);
            return;
        }
        code.Block($"if ({name} is {{ }} f{field.Id})", () =>
        {
            code.Line($"writer.WriteFieldBegin({map.WireType(field.Type)}, {field.Id});");
            map.Write(code, field.Type, $"f{field.Id}");
        });
    }

    static void EmitEquality(CodeWriter code, IdlStruct type)
    {
        var names = type.Fields.Select(f => TypeMap.Pascal(f.Name)).ToList();
        code.Line();
        code.Summary("Compares by content, lists and maps too.");
        code.Line($"public bool Equals({type.CsName}? other) =>");
        code.Line($"    other is not null && {string.Join(" && ", names.Select(n => $"ThriftEquality.Same({n}, other.{n})"))};");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Block("public override int GetHashCode()", () =>
        {
            code.Line("var hash = new HashCode();");
            foreach (var name in names) code.Line($"hash.Add(ThriftEquality.Hash({name}));");
            code.Line("return hash.ToHashCode();");
        });
    }

    static void EmitToString(CodeWriter code, IdlStruct type)
    {
        code.Line();
        code.Summary("Only the name: a field is secret.");
        code.Line($"public override string ToString() => nameof({type.CsName});");
    }
}
