using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph.Values;

/// <summary>Types between nGQL's words and metad's structs (spec/row-format.md §7.2: what graphd sets).</summary>
static class TypeNames
{
    const short IntegerVidLength = 8;

    public static ColumnTypeDef ToWire(TypeName type)
    {
        if (!Enum.TryParse<PropertyType>(type.Name, ignoreCase: true, out var property)) throw StatementException.Semantic($"Unknown type `{type.Name}'.");
        return new ColumnTypeDef
        {
            Type = property,
            TypeLength = (short?)type.Length,
            GeoShape = property != PropertyType.GEOGRAPHY ? null : type.Shape is { } shape ? Enum.Parse<GeoShape>(shape, ignoreCase: true) : GeoShape.ANY,
        };
    }

    /// <summary>The type of vertex ids: only FIXED_STRING(n) and INT64.</summary>
    public static ColumnTypeDef VidToWire(TypeName type)
    {
        var wire = ToWire(type);
        return wire.Type switch
        {
            PropertyType.FIXED_STRING => wire,
            PropertyType.INT64 => wire with { TypeLength = IntegerVidLength },
            _ => throw StatementException.Semantic("Only support FIXED_STRING or INT64 vid type."),
        };
    }

    /// <summary><c>fixed_string(20)</c>, <c>geography(point)</c>, <c>int64</c>, as DESCRIBE prints them.</summary>
    public static string ToText(ColumnTypeDef type) => type.Type switch
    {
        PropertyType.FIXED_STRING => $"fixed_string({type.TypeLength ?? 0})",
        PropertyType.GEOGRAPHY when type.GeoShape is { } shape and not GeoShape.ANY => $"geography({shape.ToString().ToLowerInvariant()})",
        var plain => plain.ToString().ToLowerInvariant(),
    };
}
