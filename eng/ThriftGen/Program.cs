using NebulaKeep.ThriftGen;

if (args is not [var idl, var target])
{
    Console.Error.WriteLine("usage: ThriftGen <folder of .thrift files> <folder for the C# files>");
    return 2;
}
var sources = Directory.GetFiles(idl, "*.thrift").ToDictionary(path => Path.GetFileName(path), File.ReadAllText);
var files = Generator.Generate(sources);
if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
foreach (var (path, text) in files)
{
    var full = Path.Combine(target, path);
    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
    File.WriteAllText(full, text);
}
Console.WriteLine($"{files.Count} files written to {target}");
return 0;
