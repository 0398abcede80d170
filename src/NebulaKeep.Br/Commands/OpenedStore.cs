using NebulaKeep.ObjectStore;

namespace NebulaKeep.Br.Commands;

/// <summary>A store that a command has opened, plain or through its seal.</summary>
/// <param name="Objects">Its objects. The session disposes it.</param>
/// <param name="Settings">What agents need to open it, too.</param>
sealed record OpenedStore(IObjectStore Objects, StoreSettings Settings);
