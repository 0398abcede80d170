using NebulaKeep.Backup.Roots;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Backup.Tests.Roots;

public sealed class RootRulesTests
{
    static readonly UnlockSecret Secret = UnlockSecret.FromKeyFile("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    static readonly RootFile Compressed = RootKeys.Create(ContentCompression.Zstd, null, DateTimeOffset.UnixEpoch);
    static readonly RootFile Encrypted = RootKeys.Create(ContentCompression.None, Secret, DateTimeOffset.UnixEpoch);

    static RootFile? FileOf(string kind) => kind switch
    {
        "compressed" => Compressed,
        "encrypted" => Encrypted,
        _ => null,
    };

    // Every root, every wish, with and without a key: what is not in this list is not decided by anybody.
    [Theory]
    [InlineData("new", null, false, false, RootAction.Plain)]
    [InlineData("new", ContentCompression.None, false, false, RootAction.Plain)]
    [InlineData("new", ContentCompression.Zstd, false, false, RootAction.Create)]
    [InlineData("new", null, true, true, RootAction.Create)]
    [InlineData("new", ContentCompression.None, true, true, RootAction.Create)]
    [InlineData("new", ContentCompression.Zstd, true, true, RootAction.Create)]
    [InlineData("plain", null, false, false, RootAction.Plain)]
    [InlineData("plain", ContentCompression.None, false, false, RootAction.Plain)]
    [InlineData("compressed", null, false, false, RootAction.Open)]
    [InlineData("compressed", ContentCompression.Zstd, false, false, RootAction.Open)]
    [InlineData("encrypted", null, false, true, RootAction.Open)]
    [InlineData("encrypted", null, true, true, RootAction.Open)]
    [InlineData("encrypted", ContentCompression.None, false, true, RootAction.Open)]
    [InlineData("encrypted", ContentCompression.None, true, true, RootAction.Open)]
    public void What_fits_is_done(string root, ContentCompression? compression, bool encrypt, bool key, RootAction action) => Decide(root, compression, encrypt, key).ShouldBe(action);

    [Theory]
    [InlineData("new", null, false, true, RootProblem.NotEncrypted)]
    [InlineData("new", ContentCompression.None, false, true, RootProblem.NotEncrypted)]
    [InlineData("new", ContentCompression.Zstd, false, true, RootProblem.NotEncrypted)]
    [InlineData("new", null, true, false, RootProblem.KeyMissing)]
    [InlineData("new", ContentCompression.None, true, false, RootProblem.KeyMissing)]
    [InlineData("new", ContentCompression.Zstd, true, false, RootProblem.KeyMissing)]
    [InlineData("plain", null, false, true, RootProblem.NotEncrypted)]
    [InlineData("plain", ContentCompression.None, false, true, RootProblem.NotEncrypted)]
    [InlineData("plain", ContentCompression.Zstd, false, true, RootProblem.NotEncrypted)]
    [InlineData("plain", ContentCompression.Zstd, false, false, RootProblem.Different)]
    [InlineData("plain", null, true, true, RootProblem.Different)]
    [InlineData("plain", null, true, false, RootProblem.Different)]
    [InlineData("plain", ContentCompression.None, true, true, RootProblem.Different)]
    [InlineData("plain", ContentCompression.None, true, false, RootProblem.Different)]
    [InlineData("plain", ContentCompression.Zstd, true, true, RootProblem.Different)]
    [InlineData("plain", ContentCompression.Zstd, true, false, RootProblem.Different)]
    [InlineData("compressed", null, false, true, RootProblem.NotEncrypted)]
    [InlineData("compressed", null, true, false, RootProblem.Different)]
    [InlineData("compressed", null, true, true, RootProblem.Different)]
    [InlineData("compressed", ContentCompression.None, false, false, RootProblem.Different)]
    [InlineData("compressed", ContentCompression.None, false, true, RootProblem.Different)]
    [InlineData("compressed", ContentCompression.None, true, false, RootProblem.Different)]
    [InlineData("compressed", ContentCompression.None, true, true, RootProblem.Different)]
    [InlineData("compressed", ContentCompression.Zstd, false, true, RootProblem.NotEncrypted)]
    [InlineData("compressed", ContentCompression.Zstd, true, false, RootProblem.Different)]
    [InlineData("compressed", ContentCompression.Zstd, true, true, RootProblem.Different)]
    [InlineData("encrypted", null, false, false, RootProblem.KeyMissing)]
    [InlineData("encrypted", null, true, false, RootProblem.KeyMissing)]
    [InlineData("encrypted", ContentCompression.None, false, false, RootProblem.KeyMissing)]
    [InlineData("encrypted", ContentCompression.None, true, false, RootProblem.KeyMissing)]
    [InlineData("encrypted", ContentCompression.Zstd, false, false, RootProblem.Different)]
    [InlineData("encrypted", ContentCompression.Zstd, false, true, RootProblem.Different)]
    [InlineData("encrypted", ContentCompression.Zstd, true, false, RootProblem.Different)]
    [InlineData("encrypted", ContentCompression.Zstd, true, true, RootProblem.Different)]
    public void What_does_not_fit_is_refused_and_the_root_is_named(string root, ContentCompression? compression, bool encrypt, bool key, RootProblem problem)
    {
        var error = Should.Throw<RootException>(() => Decide(root, compression, encrypt, key));
        error.Problem.ShouldBe(problem);
        error.Message.ShouldContain("s3://bucket");
    }

    static RootAction Decide(string root, ContentCompression? compression, bool encrypt, bool key) =>
        RootRules.Decide(FileOf(root), holdsBackups: root == "plain", new RootWish(compression, encrypt), key ? KeyMethod.KeyFile : null, "s3://bucket");
}
