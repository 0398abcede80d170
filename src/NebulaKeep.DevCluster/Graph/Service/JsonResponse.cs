using System.Text.Json;
using System.Text.Json.Nodes;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;

namespace NebulaKeep.DevCluster.Graph.Service;

/// <summary>A response as executeJson gives it (spec/graph-service.md §5.1).</summary>
static class JsonResponse
{
    public static byte[] Write(ExecutionResponse response)
    {
        var result = new JsonObject { ["latencyInUs"] = response.LatencyInUs, ["errors"] = Errors(response), ["spaceName"] = response.SpaceName ?? "" };
        if (response.Data is { } data)
        {
            result["columns"] = new JsonArray([.. data.ColumnNames.Select(c => JsonValue.Create(c))]);
            result["data"] = new JsonArray([.. data.Rows.Select(Row)]);
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["results"] = new JsonArray(result), ["errors"] = new JsonArray(Errors(response)) });
    }

    static JsonObject Errors(ExecutionResponse response)
    {
        var errors = new JsonObject { ["code"] = (int)response.ErrorCode };
        if (response.ErrorMsg is { } message) errors["message"] = message;
        return errors;
    }

    static JsonObject Row(Row row) => new()
    {
        ["row"] = new JsonArray([.. row.Values.Select(JsonOf)]),
        ["meta"] = new JsonArray([.. row.Values.Select(Meta)]),
    };

    static JsonNode? JsonOf(Value value) => value switch
    {
        { Field: ValueField.None } => "__EMPTY__",
        { NVal: not null } => null,
        { BVal: { } flag } => flag,
        { IVal: { } number } => number,
        { FVal: { } number } => number,
        { VVal: { } vertex } => Properties(vertex.Tags.SelectMany(t => t.Props.Select(p => KeyValuePair.Create($"{t.Name}.{p.Key}", p.Value)))),
        { EVal: { } edge } => Properties(edge.Props),
        { MVal: { } map } => Properties(map.Kvs),
        { LVal: { } list } => new JsonArray([.. list.Values.Select(JsonOf)]),
        _ => ValueText.Of(value),
    };

    static JsonObject Properties(IEnumerable<KeyValuePair<string, Value>> properties) =>
        new(properties.Select(p => KeyValuePair.Create(p.Key, JsonOf(p.Value))));

    static JsonNode? Meta(Value value) => value switch
    {
        { VVal: { } vertex } => new JsonObject { ["id"] = JsonOf(vertex.Vid), ["type"] = "vertex" },
        { EVal: { } edge } => new JsonObject
        {
            ["id"] = new JsonObject { ["name"] = edge.Name, ["src"] = JsonOf(edge.Src), ["dst"] = JsonOf(edge.Dst), ["type"] = edge.Type, ["ranking"] = edge.Ranking },
            ["type"] = "edge",
        },
        { DVal: not null } => new JsonObject { ["type"] = "date" },
        { TVal: not null } => new JsonObject { ["type"] = "time" },
        { DtVal: not null } => new JsonObject { ["type"] = "datetime" },
        { DuVal: not null } => new JsonObject { ["type"] = "duration" },
        _ => null,
    };
}
