namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

public sealed class GuidePageTests
{
    [Fact]
    public void Commands_belong_to_the_numbered_section_above_them()
    {
        var page = GuidePage.Parse("# T\n\n## 1. One\n\n```sh\na\n```\ntext\n```sh\nb <<EOF\n## 9. no section\nEOF\n```\n```yaml\nno\n```\n## 2. Two\n```sh\nc\n```\n");

        page.Commands(1).ShouldBe(["a\n", "b <<EOF\n## 9. no section\nEOF\n"]);
        page.Commands(2).ShouldBe(["c\n"]);
        page.Blocks.Count(block => !block.IsCommands).ShouldBe(1);
        page.Sections.ShouldBe([1, 2], ignoreOrder: true);
        Should.Throw<KeyNotFoundException>(() => page.Commands(3)).Message.ShouldContain("no section 3");
    }
}
