using NebulaKeep.Core;
using NebulaKeep.Operator.Backups;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Schedules;

namespace NebulaKeep.Operator.Hosting;

/// <summary>All controllers there are, by name.</summary>
static class ControllerCatalog
{
    static readonly Dictionary<string, Func<OperatorContext, IOperatorController>> Factories = new(StringComparer.Ordinal)
    {
        ["nebulacluster"] = context => new ClusterController(context),
        ["nebulabackup"] = context => new BackupController(context),
        ["nebularestore"] = context => new RestoreController(context),
        ["nebulacronbackup"] = context => new CronBackupController(context),
    };

    public static IReadOnlyCollection<string> Names => Factories.Keys;

    /// <summary>Makes those that are asked for; none named means all.</summary>
    /// <exception cref="NebulaKeepException">There is none of that name.</exception>
    public static IReadOnlyList<IOperatorController> Create(IReadOnlyList<string> names, OperatorContext context)
    {
        foreach (var name in names)
            if (!Factories.ContainsKey(name)) throw new NebulaKeepException($"There is no controller '{name}'; --controllers takes {string.Join(", ", Names)}");
        if (names.Contains("nebularestore") && !names.Contains("nebulacluster"))
            throw new NebulaKeepException("--controllers: nebularestore needs nebulacluster beside it, which holds the services of an unfinished cluster back until their data is there");
        return [.. Factories.Where(factory => names.Count == 0 || names.Contains(factory.Key)).Select(factory => factory.Value(context))];
    }
}
