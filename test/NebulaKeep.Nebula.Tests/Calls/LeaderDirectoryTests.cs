using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;

namespace NebulaKeep.Nebula.Tests.Calls;

public sealed class LeaderDirectoryTests
{
    static readonly HostAddress A = new("a", 1);
    static readonly HostAddress B = new("b", 1);
    static readonly HostAddress C = new("c", 1);
    readonly LeaderDirectory directory = new([A, B]);

    [Fact]
    public void The_first_address_is_asked_first_and_the_others_in_turn()
    {
        directory.Current.ShouldBe(A);
        directory.Lost(A);
        directory.Current.ShouldBe(B);
        directory.Lost(B);
        directory.Current.ShouldBe(A);
    }

    [Fact]
    public void A_named_leader_is_asked_until_it_is_lost()
    {
        directory.Moved(A, C).ShouldBeTrue();
        directory.Current.ShouldBe(C);
        directory.Lost(C);
        directory.Current.ShouldBe(A);
    }

    [Fact]
    public void A_server_that_names_itself_or_nobody_loses_its_turn()
    {
        directory.Moved(A, A).ShouldBeFalse();
        directory.Current.ShouldBe(B);
        directory.Moved(B, default).ShouldBeFalse();
        directory.Current.ShouldBe(A);
    }

    [Fact]
    public void Two_calls_that_lose_the_same_server_take_one_turn()
    {
        directory.Lost(A);
        directory.Lost(A);
        directory.Current.ShouldBe(B);
    }
}
