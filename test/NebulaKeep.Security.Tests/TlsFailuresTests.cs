using System.Security.Authentication;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Tests;

public sealed class TlsFailuresTests
{
    static readonly HostAddress Peer = new("metad0", 9559);

    /// <summary>Texts of OpenSSL 3.0 as they come out of SslStream; the alerts are the ones that real daemons send.</summary>
    [Theory]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", TlsProblem.NoClientCertificate)]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", TlsProblem.ClientCertificateRefused)]
    [InlineData("error:0A000415:SSL routines::sslv3 alert certificate expired", TlsProblem.ClientCertificateRefused)]
    [InlineData("error:0A000412:SSL routines::sslv3 alert bad certificate", TlsProblem.ClientCertificateRefused)]
    [InlineData("error:0A00042E:SSL routines::tlsv1 alert protocol version", TlsProblem.ProtocolMismatch)]
    [InlineData("error:0A0003F2:SSL routines::sslv3 alert unexpected message", TlsProblem.PeerSpeaksPlaintext)]
    [InlineData("error:0A00010B:SSL routines::wrong version number", TlsProblem.PeerSpeaksPlaintext)]
    public void An_alert_deep_inside_is_found(string text, TlsProblem expected)
    {
        var exception = new IOException("read failed", new AuthenticationException("see inner", new InvalidOperationException(text)));

        var failure = TlsFailures.Classify(exception, Peer).ShouldNotBeNull();

        failure.Problem.ShouldBe(expected);
        failure.Message.ShouldContain("metad0:9559");
        failure.InnerException.ShouldBe(exception);
    }

    [Fact]
    public void What_is_typed_already_stays_as_it_is()
    {
        var known = new TlsFailureException(TlsProblem.Expired, "peer", "message");

        TlsFailures.Classify(new IOException("outer", known), Peer).ShouldBeSameAs(known);
    }

    [Fact]
    public void A_plain_network_error_is_none_of_ours() =>
        TlsFailures.Classify(new IOException("Connection reset by peer"), Peer).ShouldBeNull();
}
