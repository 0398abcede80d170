namespace NebulaKeep.ImageTar.Registry;

/// <summary>The command line of <c>push</c>.</summary>
static class PushCommand
{
    const int LargestAnswer = 1 << 20;
    static readonly TimeSpan LongestUpload = TimeSpan.FromHours(1);

    /// <param name="archive">An image archive.</param>
    /// <param name="name">Where to: REGISTRY/NAME:TAG.</param>
    /// <param name="more">--plain-http, if wanted, then user and the file of the password, if any.</param>
    /// <param name="cancellationToken">Stops in between.</param>
    /// <exception cref="HttpRequestException">The registry cannot be reached or refuses.</exception>
    public static async Task RunAsync(string archive, string name, string[] more, CancellationToken cancellationToken)
    {
        var plain = more is ["--plain-http", ..];
        var login = (plain ? more[1..] : more) switch
        {
            [] => null,
            [var user, var file] => new RegistryLogin(user, (await File.ReadAllTextAsync(file, cancellationToken)).TrimEnd('\r', '\n')),
            _ => throw new InvalidDataException("push takes a user and the file of the password, or neither"),
        };
        using var image = ImageLayout.Open(archive);
        using var http = new HttpClient { MaxResponseContentBufferSize = LargestAnswer, Timeout = LongestUpload };
        await new RegistryClient(http, ImageName.Parse(name), login, plain ? "http" : "https").PushAsync(image, cancellationToken);
    }
}
