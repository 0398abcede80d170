using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("NebulaKeep.DevCluster.Tests")]
