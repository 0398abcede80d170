// The contract measures how much memory the process takes for a large object: nothing else may allocate meanwhile.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
