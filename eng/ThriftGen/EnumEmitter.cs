namespace NebulaKeep.ThriftGen;

/// <summary>Writes enums. Members keep the protocol's own names, which people know from logs.</summary>
public static class EnumEmitter
{
    /// <summary>Adds the enum.</summary>
    public static void Emit(CodeWriter code, IdlFile file, IdlEnum type)
    {
        code.Summary(Docs.OfType(file, type));
        code.Block($"public enum {type.CsName}", () =>
        {
            foreach (var (name, value) in type.Members)
            {
                code.Summary($"{name} ({value}).");
                code.Line($"{name} = {value},");
            }
        });
    }
}
