using NebulaKeep.ImageTar;

if (args.Length < 4)
{
    await Console.Error.WriteLineAsync("usage: NebulaKeep.ImageTar SPEC.json NAME:TAG OUT.tar LAYER_FOLDER...");
    return 2;
}

try
{
    Console.WriteLine(ImageArchive.Write(ImageSpec.Read(args[0]), args[1], args[3..], args[2]));
    return 0;
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
{
    await Console.Error.WriteLineAsync($"The image {args[1]} cannot be written: {error.Message}");
    return 1;
}
