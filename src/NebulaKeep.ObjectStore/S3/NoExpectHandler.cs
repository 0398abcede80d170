namespace NebulaKeep.ObjectStore.S3;

/// <summary>
/// Sends bodies at once instead of asking first (Expect: 100-continue, the SDK's default). .NET sends a small body even after a
/// refusal, and Ceph 16 then takes it for the next request on the connection: a wrong secret made later, unrelated requests fail
/// with MethodNotAllowed (observed). It also saves a round trip for each small object.
/// </summary>
sealed class NoExpectHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.ExpectContinue = false;
        return base.SendAsync(request, cancellationToken);
    }
}
