namespace NebulaKeep.ObjectStore.Tests.Support;

/// <summary>Tests that measure how much memory the process takes: nothing else may allocate meanwhile, so they run one after another, and alone.</summary>
[CollectionDefinition(nameof(Measured), DisableParallelization = true)]
public sealed class Measured;
