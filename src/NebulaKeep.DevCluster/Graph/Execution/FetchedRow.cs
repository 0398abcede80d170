using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>A vertex or an edge that FETCH found, for the columns of YIELD (spec/graph-service.md §7.1).</summary>
abstract class FetchedRow(Evaluator evaluator)
{
    public Value Evaluate(Expression expression) => expression switch
    {
        Element element => ElementOf(element),
        Property property => PropertyOf(property),
        Language.Attribute attribute => Evaluate(attribute.Map).MVal?.Kvs.GetValueOrDefault(attribute.Name) ?? Unknown,
        Call { Arguments: [Element element] } call => FunctionOf(call.Function, element) ?? throw StatementException.Semantic($"Unknown function `{call}'."),
        _ => evaluator.Evaluate(expression),
    };

    protected static Value Unknown { get; } = new() { NVal = NullType.UNKNOWN_PROP };

    protected abstract Value ElementOf(Element element);

    protected abstract Value PropertyOf(Property property);

    protected abstract Value? FunctionOf(string function, Element element);

    protected static Value MapOf(IReadOnlyDictionary<string, Value> properties) => new() { MVal = new NMap { Kvs = properties } };
}

sealed class FetchedVertex(Vertex vertex, Evaluator evaluator) : FetchedRow(evaluator)
{
    protected override Value ElementOf(Element element) =>
        element.IsVertex ? new Value { VVal = vertex } : throw StatementException.Semantic("`EDGE' cannot be used with FETCH PROP ON tags.");

    protected override Value PropertyOf(Property property)
    {
        if (vertex.Tags.FirstOrDefault(t => t.Name == property.Owner) is not { } tag) return Value.Empty;
        return tag.Props.GetValueOrDefault(property.Name) ?? Unknown;
    }

    protected override Value? FunctionOf(string function, Element element) => (function, element.IsVertex) switch
    {
        ("id", true) => vertex.Vid,
        ("properties", true) => MapOf(Merged()),
        ("tags" or "labels", true) => new Value { LVal = new NList { Values = [.. vertex.Tags.Select(t => Value.Of(t.Name))] } },
        _ => null,
    };

    Dictionary<string, Value> Merged()
    {
        var merged = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in vertex.Tags.SelectMany(t => t.Props)) merged[name] = value;
        return merged;
    }
}

sealed class FetchedEdge(Edge edge, Evaluator evaluator) : FetchedRow(evaluator)
{
    protected override Value ElementOf(Element element) =>
        element.IsVertex ? throw StatementException.Semantic("`VERTEX' cannot be used with FETCH PROP ON an edge.") : new Value { EVal = edge };

    protected override Value PropertyOf(Property property) =>
        property.Owner == edge.Name ? edge.Props.GetValueOrDefault(property.Name) ?? Unknown : Value.Empty;

    protected override Value? FunctionOf(string function, Element element) => (function, element.IsVertex) switch
    {
        ("src", false) => edge.Src,
        ("dst", false) => edge.Dst,
        ("rank", false) => Value.Of(edge.Ranking),
        ("type", false) => Value.Of(edge.Name),
        ("properties", false) => MapOf(edge.Props),
        _ => null,
    };
}
