using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Gcs;
using NebulaKeep.ObjectStore.Local;
using NebulaKeep.ObjectStore.S3;

namespace NebulaKeep.ObjectStore;

/// <summary>Opens the store that settings name. Nothing is sent before the first call on the store.</summary>
public static class ObjectStores
{
    /// <summary>Opens a store; the caller disposes it.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="loggers">Retries and fallbacks are logged here, never a secret.</param>
    /// <param name="clock">Back-off waits by it.</param>
    /// <exception cref="NebulaKeepException">A setting cannot be used.</exception>
    public static IObjectStore Open(StoreSettings settings, ILoggerFactory loggers, TimeProvider clock) => settings.Uri.Kind switch
    {
        StoreKind.Local => new LocalObjectStore(settings.Uri.Path, clock),
        StoreKind.S3 => new S3ObjectStore(settings.Uri, settings.S3 ?? new S3Settings(), new S3Limits(), loggers.CreateLogger<S3ObjectStore>(), clock),
        _ => new GcsObjectStore(settings.Uri, settings.Gcs ?? new GcsSettings(), new GcsLimits(), Environment.GetEnvironmentVariable, loggers.CreateLogger<GcsObjectStore>(), clock),
    };
}
