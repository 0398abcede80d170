using System.Net;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Compares what the server holds with what was sent. An object that differs is deleted: nobody shall read it.</summary>
sealed class GcsVerifier(GcsConnection connection)
{
    public async Task<StoredObject> ConfirmAsync(string key, long size, uint crc, GcsObject stored, CancellationToken cancellationToken)
    {
        if (stored.Size != size) throw await RefuseAsync(key, stored, $"{size} bytes were sent, the server holds {stored.Size}", cancellationToken);
        if (GcsChecksum.Parse(stored.Crc32c) is not { } says) throw await RefuseAsync(key, stored, "the server says no CRC-32C of it", cancellationToken);
        if (says != crc) throw await RefuseAsync(key, stored, $"its CRC-32C is {crc:x8}, the server says {says:x8}", cancellationToken);
        return stored.At(key);
    }

    // Only the version that was just written: another writer's is not ours to delete.
    async Task<ObjectStoreException> RefuseAsync(string key, GcsObject stored, string what, CancellationToken cancellationToken)
    {
        var version = stored.Generation.ToString();
        try
        {
            await connection.SendAsync(connection.Limits.RequestTimeout, () => new HttpRequestMessage(HttpMethod.Delete, connection.Target.Object(key, ("ifGenerationMatch", version))), GcsDeleter.NothingAsync, cancellationToken);
        }
        catch (GcsRefusedException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed)
        {
            what += " (it is gone by now)";
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            what += $" (and it could not be deleted: {connection.Redact(error.Message)})";
        }

        return Failures.Mismatch(connection.Target.Location, key, what);
    }
}
