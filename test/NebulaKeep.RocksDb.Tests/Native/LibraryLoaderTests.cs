using NebulaKeep.RocksDb.Native;

namespace NebulaKeep.RocksDb.Tests.Native;

public sealed class LibraryLoaderTests
{
    [Fact]
    public void A_missing_library_names_the_package_to_install() =>
        Should.Throw<RocksDbException>(() => LibraryLoader.Load(["libnosuchthing.so.1"]))
            .Message.ShouldContain("apt-get install librocksdb7.8");

    [Fact]
    public void The_first_name_that_exists_is_taken() =>
        LibraryLoader.Load(["libnosuchthing.so.1", "libc.so.6"]).ShouldNotBe(0);
}
