namespace NebulaKeep.ImageTar.Tests;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("busybox:1", "docker.io/library/busybox:1")]
    [InlineData("nebulakeep/br-ent:0.1.0", "docker.io/nebulakeep/br-ent:0.1.0")]
    [InlineData("a/b/c:1", "docker.io/a/b/c:1")]
    [InlineData("reg.vesoft-inc.com/cloud-dev/br-ent:v1", "reg.vesoft-inc.com/cloud-dev/br-ent:v1")]
    [InlineData("localhost/pause:1", "localhost/pause:1")]
    [InlineData("registry:5000/team/br__ent:v1_2.3-rc", "registry:5000/team/br__ent:v1_2.3-rc")]
    [InlineData("[::1]:5000/team/br:1", "[::1]:5000/team/br:1")]
    public void The_full_name_has_the_registry_that_an_engine_would_take(string name, string full) =>
        ImageName.Parse(name).ShouldBe(new ImageName(name, full));

    [Fact]
    public void Registry_repository_and_tag_are_its_parts()
    {
        var name = ImageName.Parse("registry:5000/team/br-ent:v1");

        (name.Registry, name.Repository, name.Tag).ShouldBe(("registry:5000", "team/br-ent", "v1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("br-ent")]
    [InlineData("br-ent:")]
    [InlineData("Team/br-ent:1")]
    [InlineData("team//br-ent:1")]
    [InlineData("team/br-ent:1\n")]
    [InlineData("https://registry.example/br-ent:1")]
    [InlineData("team/br-ent:1 --x")]
    public void What_no_engine_would_load_is_refused(string name) =>
        Should.Throw<InvalidDataException>(() => ImageName.Parse(name));
}
