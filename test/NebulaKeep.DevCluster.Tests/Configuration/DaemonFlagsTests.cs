using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;

namespace NebulaKeep.DevCluster.Tests.Configuration;

public sealed class DaemonFlagsTests
{
    const string File = """
        ########## basics ##########
        --daemonize=true
        # a comment
        --local_ip=127.0.1.1
          --port=9559

        --meta_server_addrs=127.0.1.1:9559,127.0.1.2:9559
        --rocksdb_column_family_options={"write_buffer_size":"131072"}
        --data_path=data/storage, data/storage2
        """;

    static DaemonFlags Parse(params string[] arguments) => DaemonFlags.Parse(arguments, path => path == "etc/d.conf" ? File : throw new FileNotFoundException(path));

    [Fact]
    public void A_flag_file_gives_its_lines_and_skips_comments_and_blanks()
    {
        var flags = Parse("--flagfile", "etc/d.conf");

        flags.Text("local_ip", "").ShouldBe("127.0.1.1");
        flags.Port("port", 0).ShouldBe(9559);
        flags.Switch("daemonize", false).ShouldBeTrue();
        flags.Addresses("meta_server_addrs").ShouldBe([new HostAddress("127.0.1.1", 9559), new HostAddress("127.0.1.2", 9559)]);
        flags.Paths("data_path", "", "/install").ShouldBe(["/install/data/storage", "/install/data/storage2"]);
    }

    [Theory]
    [InlineData("--flagfile=etc/d.conf", "--port=1000", 1000)]
    [InlineData("--port=1000", "--flagfile=etc/d.conf", 9559)]
    public void The_later_mention_of_a_flag_wins(string first, string second, int expected) =>
        Parse(first, second).Port("port", 0).ShouldBe(expected);

    [Theory]
    [InlineData("--daemonize", true)]
    [InlineData("--nodaemonize", false)]
    [InlineData("--daemonize=0", false)]
    [InlineData("-daemonize=yes", true)]
    public void Switches_are_read_in_all_spellings(string argument, bool expected) =>
        Parse(argument).Switch("daemonize", !expected).ShouldBe(expected);

    [Fact]
    public void A_switch_does_not_swallow_what_follows_it() =>
        Parse("--daemonize", "--port=5").Port("port", 0).ShouldBe(5);

    [Fact]
    public void Unknown_flags_are_kept_and_named() =>
        Parse("--flagfile=etc/d.conf").Unknown.ShouldBe(["rocksdb_column_family_options"]);

    [Theory]
    [InlineData("port", "--port=99999")]
    [InlineData("port", "--port=x")]
    [InlineData("daemonize", "--daemonize=perhaps")]
    public void A_bad_value_is_named(string flag, string argument)
    {
        var flags = Parse(argument);

        Should.Throw<FlagsException>(() => flag == "port" ? flags.Port(flag, 0) : flags.Switch(flag, true) ? 1 : 0).Message.ShouldContain(argument[2..]);
    }

    [Fact]
    public void A_missing_flag_file_is_named() =>
        Should.Throw<FlagsException>(() => Parse("--flagfile=etc/none.conf")).Message.ShouldContain("etc/none.conf");

    [Fact]
    public void A_flag_file_that_names_itself_is_refused() =>
        Should.Throw<FlagsException>(() => DaemonFlags.Parse(["--flagfile=a"], _ => "--flagfile=a")).Message.ShouldContain("deep");

    [Fact]
    public void An_argument_that_is_no_flag_is_refused() =>
        Should.Throw<FlagsException>(() => Parse("start")).Message.ShouldContain("'start'");
}
