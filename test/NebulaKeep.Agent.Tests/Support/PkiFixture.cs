using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>Certificates for one test class.</summary>
public sealed class PkiFixture : IDisposable
{
    public TestPki Pki { get; } = new();

    public void Dispose() => Pki.Dispose();
}
