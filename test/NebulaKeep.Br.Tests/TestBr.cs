using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Br.Options;
using NebulaKeep.ObjectStore;
using NebulaKeep.Testing;

namespace NebulaKeep.Br.Tests;

/// <summary>br with a fake cluster and what it printed.</summary>
sealed class TestBr
{
    /// <summary>br waits a second between two backups, and between two tries of a clean-up half of one.</summary>
    readonly FastClock clock = new(4);

    public Scene Scene { get; } = new();

    public StringWriter Out { get; } = new();

    public StringWriter Error { get; } = new();

    public bool IsTerminal { get; init; } = true;

    public IObjectStore? Store { get; init; }

    /// <summary>Opens a real store for each run, where not null.</summary>
    public Func<StoreSettings, IObjectStore>? RealStore { get; init; }

    public Dictionary<string, string> Environment { get; } = [];

    public ConnectionSettings? Connection { get; private set; }

    public StoreSettings? StoreSettings { get; private set; }

    public Task<int> RunAsync(params string[] arguments) => RunAsync(arguments, CancellationToken.None);

    public Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken) => new BrApp(Host()).RunAsync(arguments, cancellationToken);

    BrHost Host() => new()
    {
        Out = Out,
        Error = Error,
        IsTerminal = IsTerminal,
        Environment = name => Environment.GetValueOrDefault(name),
        Clock = clock,
        Random = new Random(1),
        Connect = (settings, _) =>
        {
            Connection = settings;
            return Scene.Cluster;
        },
        OpenStore = (settings, _) =>
        {
            StoreSettings = settings;
            return RealStore?.Invoke(settings) ?? Store ?? Scene.Store;
        },
    };
}
