using NebulaKeep.Agent.Daemons;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>A small real process in place of nebula-metad, in a root of its own; its flag file says how it misbehaves.</summary>
sealed class StandInDaemon : IDisposable
{
    /// <summary>Perl is in every Debian and starts in a few milliseconds.</summary>
    const string Program = """
        #!/usr/bin/perl
        use strict; use warnings;
        open(my $file, '<', $ARGV[1]) or die "no flag file";
        my %flag = map { /^--(\w+)=(.*)$/ ? ($1, $2) : () } <$file>;
        if (defined $flag{fails}) { print "cannot open the data path\n"; exit $flag{fails}; }
        if ($flag{daemonize} eq 'true') { my $child = fork(); exit 0 if $child; }
        $SIG{TERM} = $flag{stubborn} ? 'IGNORE' : sub {
            unlink $flag{pid_file};
            select(undef, undef, undef, $flag{lingers} || 0);
            exit 0;
        };
        if ($flag{hesitates}) {
            open(my $note, '>', "launched.next") or die; print $note $$; close $note; rename "launched.next", "launched";
            select(undef, undef, undef, $flag{hesitates});
        }
        open(my $pid, '>', $flag{pid_file}) or die; print $pid "$$\n"; close $pid;
        for (my $i = 0; $i < 600; $i++) { select(undef, undef, undef, 0.1); }
        """;

    readonly HashSet<int> seen = [];

    public StandInDaemon(string root, params string[] flags)
    {
        Root = root;
        HostFolder.Write($"{Root}/etc/nebula-metad.conf", string.Join('\n', ["--pid_file=nebula-metad.pid", .. flags.Contains("--daemonize=false") ? flags : ["--daemonize=true", .. flags]]));
        Directory.CreateDirectory($"{Root}/bin");
    }

    public string Root { get; }

    public DaemonFiles Files => DaemonFiles.Read(Root, Role.Meta);

    public StandInDaemon Install()
    {
        File.WriteAllText(Files.Binary, Program);
        File.SetUnixFileMode(Files.Binary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    /// <summary>Remembers a process so that it does not outlive the test.</summary>
    public int Mind(int pid)
    {
        seen.Add(pid);
        return pid;
    }

    public void Dispose()
    {
        if (DaemonControl.FindRunning(Files) is { } pid) seen.Add(pid);
        foreach (var process in seen.Where(ProcessTable.IsAlive)) System.Diagnostics.Process.GetProcessById(process).Kill();
    }
}
