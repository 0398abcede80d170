namespace NebulaKeep.ThriftGen;

/// <summary>Writes the method table of a service and the structs of methods that have several parameters.</summary>
public static class ServiceEmitter
{
    /// <summary>Adds the table.</summary>
    public static void Emit(CodeWriter code, IdlFile file, IdlService service, TypeMap map)
    {
        code.Summary(Docs.OfService(file, service));
        code.Block($"public static class {service.Name}", () =>
        {
            foreach (var method in service.Methods)
            {
                code.Summary(Docs.OfMethod(method));
                var declaration = $"public static {Descriptor(method, map)} {TypeMap.Pascal(method.Name)} {{ get; }}";
                code.Line($"{declaration} = {Factory(method, map)}(\"{method.Name}\");");
                code.Line();
            }
            code.Summary("All methods of this table.");
            var names = string.Join(", ", service.Methods.Select(m => TypeMap.Pascal(m.Name)));
            code.Line($"public static IReadOnlyList<ThriftMethod> All {{ get; }} = [{names}];");
        });
    }

    /// <summary>The structs that stand for parameter lists and for results that are no structs.</summary>
    public static IEnumerable<IdlStruct> ArgumentStructs(IdlFile file, IdlService service, TypeMap map)
    {
        foreach (var method in service.Methods)
        {
            if (!IsPlain(method, map))
            {
                var name = ArgsName(method);
                yield return new IdlStruct(name, name, $"Parameters of {method.Name}.", service.Source, false, method.Parameters);
            }
            if (!method.IsOneway && map.FindStruct(method.Result.Name) is null)
            {
                var name = ResultName(method);
                var success = new IdlField(0, "success", method.Result, Requiredness.Required, null, "", false, false);
                yield return new IdlStruct(name, name, $"Result of {method.Name}.", service.Source, false, [success]);
            }
        }
    }

    static bool IsPlain(IdlMethod method, TypeMap map) =>
        method.Parameters is [{ Id: 1 } only] && map.FindStruct(only.Type.Name) is not null
            && map.FindStruct(method.Result.Name) is not null;

    static string Descriptor(IdlMethod method, TypeMap map) =>
        $"ThriftMethod<{Request(method, map)}, {(method.IsOneway ? "ThriftNothing" : Response(method, map))}>";

    static string Factory(IdlMethod method, TypeMap map)
    {
        var (request, response) = (Request(method, map), Response(method, map));
        return method.IsOneway ? $"ThriftMethod.Oneway<{request}>"
            : IsPlain(method, map) ? $"ThriftMethod.Of<{request}, {response}>"
            : map.FindStruct(method.Result.Name) is null ? $"ThriftMethod.Bare<{request}, {response}>"
            : $"ThriftMethod.WithArgs<{request}, {response}>";
    }

    static string Request(IdlMethod method, TypeMap map) => IsPlain(method, map) ? map.CsType(method.Parameters[0].Type) : ArgsName(method);

    static string Response(IdlMethod method, TypeMap map) => map.FindStruct(method.Result.Name)?.CsName ?? ResultName(method);

    static string ArgsName(IdlMethod method) => TypeMap.Pascal(method.Name) + "Args";

    static string ResultName(IdlMethod method) => TypeMap.Pascal(method.Name) + "Result";
}
