using System.Buffers.Binary;
using System.Text;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.DevCluster.Graph.Values;

/// <summary>
/// Default values of columns as metad keeps them: kind 0 and a compact Value for constants, kind 34 for a call
/// (spec/row-format.md §7.4). Other kinds stay opaque.
/// </summary>
static class DefaultExpression
{
    const byte Constant = 0;
    const byte FunctionCall = 34;

    /// <summary>The stored form of a DEFAULT clause.</summary>
    public static byte[] Encode(Expression expression, Evaluator evaluator)
    {
        if (Evaluator.IsConstant(expression)) return [Constant, .. CompactStruct.Write(evaluator.Evaluate(expression))];
        if (expression is not Call { Arguments.Count: 0 } call) throw StatementException.Semantic($"`{expression}' cannot be a default value.");
        evaluator.Evaluate(call);
        return new BytesWriter().Byte(FunctionCall).Sized(Encoding.UTF8.GetBytes(call.Function)).Int64(0).ToArray();
    }

    /// <summary>The value for a new row.</summary>
    public static Value Evaluate(byte[] stored, Evaluator evaluator) => Decode(stored) switch
    {
        (Value value, _) => value,
        (_, Call call) => evaluator.Evaluate(call),
        _ => throw StatementException.Semantic("The default value of a column is an expression that is not supported here."),
    };

    /// <summary>The value that DESCRIBE shows: the constant, the call as text, or nothing.</summary>
    public static Value Describe(byte[]? stored)
    {
        if (stored is null || stored.Length == 0) return Value.Empty;
        return Decode(stored) switch
        {
            (Value value, _) => value,
            (_, Call call) => Value.Of(call.ToString()),
            _ => Value.Of("(expression)"),
        };
    }

    static (Value? Constant, Call? Call) Decode(byte[] stored)
    {
        try
        {
            return stored switch
            {
                [Constant, .. var value] => (CompactStruct.Read<Value>(value), null),
                [FunctionCall, .. var call] => (null, Name(call) is { } name ? new Call(name, []) : null),
                _ => default,
            };
        }
        catch (ThriftProtocolException)
        {
            return default;
        }
    }

    static string? Name(byte[] call)
    {
        if (call.Length < sizeof(long)) return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(call);
        return length < 0 || length > call.Length - (2 * sizeof(long)) ? null : Encoding.UTF8.GetString(call, sizeof(long), (int)length);
    }
}
