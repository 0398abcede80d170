using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Tests.Support;

namespace NebulaKeep.Agent.Tests.Guard;

public sealed class PathRulesTests
{
    [Theory]
    [InlineData("/data", "/data")]
    [InlineData("/data/", "/data")]
    [InlineData("/data/..x/a b/ü", "/data/..x/a b/ü")]
    [InlineData("/", "/")]
    public void A_plain_absolute_path_is_taken_as_it_is(string path, string plain) => PathRules.Normalize(path).ShouldBe(plain);

    [Theory]
    [InlineData("")]
    [InlineData("data")]
    [InlineData("./data")]
    [InlineData("~/data")]
    [InlineData("//data")]
    [InlineData("/data//x")]
    [InlineData("/data//")]
    [InlineData("/data/./x")]
    [InlineData("/data/../etc")]
    [InlineData("/data/..")]
    [InlineData("/data/x\0y")]
    [InlineData("/data/x\ny")]
    public void Everything_else_is_refused(string path) => ((Func<object>)(() => PathRules.Normalize(path))).ShouldBeRefused();

    [Fact]
    public void A_refusal_shows_the_path_without_control_characters_and_not_all_of_a_long_one()
    {
        ((Func<object>)(() => PathRules.Normalize("/a\u001b[31m"))).ShouldBeRefused().Message.ShouldContain("'/a?[31m'");
        ((Func<object>)(() => PathRules.Normalize("/" + new string('a', 5000)))).ShouldBeRefused().Message.Length.ShouldBeLessThan(300);
    }

    [Theory]
    [InlineData("/data", "/data", true)]
    [InlineData("/data/x", "/data", true)]
    [InlineData("/data2", "/data", false)]
    [InlineData("/dat", "/data", false)]
    [InlineData("/x", "/", false)]
    public void Whole_names_are_compared(string path, string directory, bool below) => PathRules.IsInOrBelow(path, directory).ShouldBe(below);

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    public void A_relative_name_stays_below_its_directory(string relative) => ((Func<object>)(() => PathRules.Below("/data", relative))).ShouldBeRefused();
}
