// A cluster is ten processes that mostly wait: two at a time keep a machine busy, more would slow each other down.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
