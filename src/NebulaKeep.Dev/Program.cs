using NebulaKeep.Dev.Tools;
using NebulaKeep.DevCluster.Hosting;

if (ToolProgram.IsTool(args)) return await ToolProgram.RunAsync(args);

// The managed entry point does not see the name that the caller used; the kernel tells it.
var invokedAs = File.ReadAllText("/proc/self/cmdline").Split('\0')[0];
return await DaemonProgram.RunAsync(invokedAs, args, () => Console.Out, () => Console.Error);
