using System.Text.Json.Nodes;
using NebulaKeep.ImageTar.Sbom;
using NebulaKeep.Testing;

namespace NebulaKeep.ImageTar.Tests.Sbom;

/// <summary>The bill of materials lists what lies in the layers.</summary>
public sealed class ImageSbomTests : IDisposable
{
    const string Written = "program/usr/share/doc/nebulakeep/sbom.spdx.json";
    readonly TemporaryFolder folder = new();

    public ImageSbomTests()
    {
        folder.Write("base/usr/lib/os-release", "NAME=\"Debian\"\nVERSION_ID=\"12\"\n");
        folder.Write("base/var/lib/dpkg/status.d/libstdc++6", "Package: libstdc++6\nVersion: 12.2.0-14+deb12u1\nArchitecture: amd64\nDescription: a library\n Version: not this\n");
        folder.Write("base/usr/share/doc/libstdc++6/copyright", "Format: x\n\nFiles: *\nLicense: GPL-3+\n");
        folder.Write("dotnet/usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.1/Microsoft.NETCore.App.deps.json", "{}");
        folder.Write("program/usr/local/lib/nebulakeep/tool/tool.deps.json", """
            {"libraries": {"tool/0.1.0": {"type": "project"}, "Some.Package/2.0.1": {"type": "package", "path": "some.package/2.0.1"}, "NebulaKeep.Core/0.1.0": {"type": "project"}}}
            """);
        Nuspec("""<license type="expression">MIT</license><copyright>Copyright Somebody</copyright>""");
    }

    [Fact]
    public void Everything_that_lies_in_the_layers_is_listed_with_its_version_and_licence()
    {
        Write();

        var packages = Document()["packages"]!.AsArray().Skip(1).Select(part => string.Join(' ',
            part!["name"], part["versionInfo"], part["licenseDeclared"], part["externalRefs"]![0]!["referenceLocator"]));
        packages.ShouldBe(
        [
            "libstdc++6 12.2.0-14+deb12u1 GPL-3.0-or-later pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12",
            "Microsoft.NETCore.App 10.0.1 MIT pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.0.1",
            "Some.Package 2.0.1 MIT pkg:nuget/Some.Package@2.0.1",
            "tool 0.1.0 Apache-2.0 pkg:generic/tool@0.1.0",
        ]);
    }

    [Fact]
    public void The_document_is_SPDX_and_every_id_in_a_relationship_is_one_of_its_packages()
    {
        Write();

        var document = Document();
        document["spdxVersion"]!.GetValue<string>().ShouldBe("SPDX-2.3");
        var ids = document["packages"]!.AsArray().Select(part => part!["SPDXID"]!.GetValue<string>()).ToList();
        ids.ShouldBeUnique();
        ids.ShouldAllBe(id => id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '.' || letter == '-'));
        document["relationships"]!.AsArray().Select(relation => relation!["relatedSpdxElement"]!.GetValue<string>()).ShouldBe(ids);
    }

    [Fact]
    public void The_same_layers_give_the_same_bytes_and_another_version_another_namespace()
    {
        Write();
        var first = File.ReadAllText(folder.File(Written));
        var space = Document()["documentNamespace"]!.GetValue<string>();
        Write();
        File.ReadAllText(folder.File(Written)).ShouldBe(first);

        Directory.Move(folder.File("dotnet/usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.1"), folder.File("dotnet/usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.2"));
        Write();

        Document()["documentNamespace"]!.GetValue<string>().ShouldNotBe(space);
    }

    [Fact]
    public void The_licence_of_a_NuGet_package_goes_along_with_its_holder()
    {
        Write();

        var text = File.ReadAllText(folder.File("program/usr/share/doc/nebulakeep/licenses/Some.Package.2.0.1/LICENSE.txt"));
        text.ShouldStartWith("Some.Package 2.0.1\nCopyright Somebody\n\nMIT License");
        text.ShouldContain("The above copyright notice and this permission notice shall be included");
    }

    [Fact]
    public void A_packages_own_texts_go_before_any_other()
    {
        folder.Write("nuget/some.package/2.0.1/LICENSE.TXT", "its own");
        folder.Write("nuget/some.package/2.0.1/THIRD-PARTY-NOTICES.TXT", "of others");

        Write();

        Directory.GetFiles(folder.File("program/usr/share/doc/nebulakeep/licenses/Some.Package.2.0.1")).Order(StringComparer.Ordinal).Select(File.ReadAllText)
            .ShouldBe(["its own", "of others"]);
    }

    [Fact]
    public void A_NuGet_package_without_a_text_of_its_licence_is_refused()
    {
        Nuspec("""<license type="expression">Unheard-Of-1.0</license>""");

        Should.Throw<InvalidDataException>(Write).Message.ShouldContain("Unheard-Of-1.0");
    }

    [Fact]
    public void A_Debian_package_without_its_copyright_is_refused()
    {
        File.Delete(folder.File("base/usr/share/doc/libstdc++6/copyright"));

        Should.Throw<InvalidDataException>(Write).Message.ShouldContain("libstdc++6");
    }

    public void Dispose() => folder.Dispose();

    void Nuspec(string licence) => folder.Write("nuget/some.package/2.0.1/some.package.nuspec",
        $"""<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>Some.Package</id><version>2.0.1</version>{licence}</metadata></package>""");

    void Write() => ImageSbom.Write("tool", folder.File("nuget"), [folder.File("base"), folder.File("dotnet"), folder.File("program")]);

    JsonNode Document() => JsonNode.Parse(File.ReadAllBytes(folder.File(Written)))!;
}
