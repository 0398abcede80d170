using NebulaKeep.Br;

var host = BrHost.OfProcess();
using var interrupt = new Interrupt(host.Error);
return await new BrApp(host).RunAsync(args, interrupt.Token);
