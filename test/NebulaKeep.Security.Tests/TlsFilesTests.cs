namespace NebulaKeep.Security.Tests;

public sealed class TlsFilesTests
{
    static readonly TlsFiles Flags = new("flag-ca", "flag-cert", "flag-key", ServerName: "name");

    [Fact]
    public void The_environment_replaces_all_three_paths_and_nothing_else()
    {
        var files = TlsFiles.Resolve(Flags, Environment("ca", "cert", "key"));

        files.ShouldBe(new TlsFiles("ca", "cert", "key", ServerName: "name"));
    }

    [Theory]
    [InlineData(null, "cert", "key")]
    [InlineData("ca", "", "key")]
    [InlineData("ca", "cert", null)]
    [InlineData(null, null, null)]
    public void A_partly_set_environment_changes_nothing(string? ca, string? cert, string? key) =>
        TlsFiles.Resolve(Flags, Environment(ca, cert, key)).ShouldBe(Flags);

    static Func<string, string?> Environment(string? ca, string? cert, string? key) => name => name switch
    {
        "CA_CERT_PATH" => ca,
        "CLIENT_CERT_PATH" => cert,
        "CLIENT_KEY_PATH" => key,
        _ => throw new ArgumentException($"Nobody asked for {name}"),
    };
}
