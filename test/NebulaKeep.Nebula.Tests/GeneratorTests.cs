using NebulaKeep.Nebula.Tests.Support;
using NebulaKeep.ThriftGen;

namespace NebulaKeep.Nebula.Tests;

public sealed class GeneratorTests
{
    [Fact]
    public void The_checked_in_code_is_what_the_generator_makes_of_the_IDL()
    {
        var made = Generator.Generate(NebulaIdl.Sources);
        var checkedIn = NebulaIdl.CheckedIn();

        checkedIn.Keys.ShouldBe(made.Keys);
        foreach (var (path, text) in made) checkedIn[path].ShouldBe(text, $"{path}: run eng/ThriftGen");
    }

    [Fact]
    public void The_IDL_has_all_196_error_codes()
    {
        Enum.GetValues<Nebula.Common.ErrorCode>().Length.ShouldBe(196);
        ((int)Nebula.Common.ErrorCode.E_UNKNOWN).ShouldBe(-8000);
    }

    [Theory]
    [InlineData("struct A { 1: B b }", "there is no type B")]
    [InlineData("struct A { 1 i32 b }", "':' is expected, 'i32' is there")]
    [InlineData("struct A { } struct A { }", "A is declared twice")]
    [InlineData("\n\nsruct A { }", "x.thrift:3: a declaration is expected, 'sruct' is there")]
    [InlineData("struct A { 1: i32 x", "Number is expected, 'the end' is there")]
    [InlineData("struct A [", "what is '['?")]
    public void A_mistake_in_the_IDL_is_named_with_its_place(string idl, string message)
    {
        var sources = new Dictionary<string, string> { ["x.thrift"] = idl };

        Should.Throw<FormatException>(() => Generator.Generate(sources)).Message.ShouldContain(message);
    }
}
