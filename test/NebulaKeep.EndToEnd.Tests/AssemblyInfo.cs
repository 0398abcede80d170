// Clusters of ten processes share a machine: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
