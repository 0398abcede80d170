using NebulaKeep.ImageTar.Sbom;

namespace NebulaKeep.ImageTar.Tests.Sbom;

public sealed class DebianCopyrightTests
{
    const string Head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";

    [Fact]
    public void Licences_of_what_is_shipped_are_named_once_and_those_of_the_packaging_are_not()
    {
        var names = DebianCopyright.Names(Head + """
            Files: *
            Copyright: 2013 Someone
            License: GPL-2 or Apache-2.0

            Files: util/*
            License: BSD-3-clause
             Redistribution and use
             .
             License: not one, it is text

            Files: debian/*
            License: GPL-3+

            License: Apache-2.0
             On Debian systems
            """);

        names.ShouldBe(["BSD-3-clause", "GPL-2 or Apache-2.0"]);
        DebianCopyright.Expression(names).ShouldBe("BSD-3-Clause AND (GPL-2.0-only OR Apache-2.0)");
    }

    [Fact]
    public void One_licence_without_an_SPDX_name_leaves_the_whole_unsaid()
    {
        var names = DebianCopyright.Names(Head + "Files: *\nLicense: Expat\n\nFiles: b\nLicense: public-domain\n");

        names.ShouldBe(["Expat", "public-domain"]);
        DebianCopyright.Expression(names).ShouldBeNull();
    }

    [Fact]
    public void Prose_says_nothing_to_a_program()
    {
        DebianCopyright.Names("This is the Debian package.\n\nFiles: *\nLicense: Expat\n").ShouldBeEmpty();
        DebianCopyright.Expression([]).ShouldBeNull();
    }
}
