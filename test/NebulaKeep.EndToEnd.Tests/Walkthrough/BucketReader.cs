using System.Xml.Linq;
using NebulaKeep.EndToEnd.Tests.Harness;
using NebulaKeep.Testing.Stores;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>Looks into the bucket with curl, which shares no code with what wrote it.</summary>
sealed class BucketReader(CephServer ceph, string bucket, string folder)
{
    // A part of the signature that this curl leaves to its user: of the request's body, which is empty.
    const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>All keys (of the first thousand), in order.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync()
    {
        var login = Path.Combine(folder, "curl.conf");
        await File.WriteAllTextAsync(login, $"user = \"{ceph.AccessKey}:{ceph.SecretKey.Reveal()}\"\n");
        File.SetUnixFileMode(login, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var end = await RunningProgram.RunAsync("curl", "-sS", "--fail", "-K", login, "--aws-sigv4", "aws:amz:default:s3", "-H", $"x-amz-content-sha256: {OfNothing}", $"{ceph.Endpoint}/{bucket}");
        return [.. XDocument.Parse(end.ShouldSucceed().Output).Descendants().Where(element => element.Name.LocalName == "Key").Select(element => element.Value)];
    }
}
