using NebulaKeep.Testing;

namespace NebulaKeep.Rpc.Tests;

public sealed class TestPkiFixture : IDisposable
{
    public TestPki Pki { get; } = new();

    public void Dispose() => Pki.Dispose();
}
