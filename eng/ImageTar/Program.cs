using NebulaKeep.ImageTar;
using NebulaKeep.ImageTar.Registry;
using NebulaKeep.ImageTar.Sbom;

const string Usage = """
    usage: NebulaKeep.ImageTar image SPEC.json NAME:TAG OUT.tar LAYER_FOLDER...     writes an image, prints its digest
           NebulaKeep.ImageTar sbom IMAGE NUGET_FOLDER LAYER_FOLDER...              adds a bill of materials and licences to the last layer
           NebulaKeep.ImageTar certs FOLDER LAYER_FOLDER                            copies certificates to the layer's /certs, no CA's key
           NebulaKeep.ImageTar push IMAGE.tar REGISTRY/NAME:TAG [--plain-http] [USER PASSWORD_FILE]
    """;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
try
{
    switch (args)
    {
        case ["image", var spec, var name, var output, _, ..]:
            Console.WriteLine(ImageArchive.Write(ImageSpec.Read(spec), ImageName.Parse(name), args[4..], output));
            return 0;
        case ["sbom", var image, var nuget, _, ..]:
            ImageSbom.Write(image, nuget, args[3..]);
            return 0;
        case ["certs", var folder, var layer]:
            BakedCertificates.Copy(folder, layer);
            return 0;
        case ["push", var archive, var name, ..]:
            await PushCommand.RunAsync(archive, name, args[3..], stop.Token);
            Console.WriteLine(ImageName.Parse(name).Full);
            return 0;
        default:
            await Console.Error.WriteLineAsync(Usage);
            return 2;
    }
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or HttpRequestException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync($"ImageTar {string.Join(' ', args.Take(3))}: {error.Message}");
    return 1;
}
