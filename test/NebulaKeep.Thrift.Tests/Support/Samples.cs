using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Tests.Support;

/// <summary>Random samples.</summary>
static class Samples
{
    internal static Arbitrary<Sample> Any => Of(3).ToArbitrary();

    static Gen<Sample> Of(int depth) =>
        from flag in ArbMap.Default.GeneratorFor<bool>()
        from small in ArbMap.Default.GeneratorFor<sbyte>()
        from number in ArbMap.Default.GeneratorFor<long>()
        from wide in Gen.Elements(0, 1, -1, 63, 64, -64, -65, int.MaxValue, int.MinValue)
        from real in ArbMap.Default.GeneratorFor<double>()
        from text in Gen.Elements("", "x", "名前", "\U0001F600", new string('é', 100))
        from bytes in ArbMap.Default.GeneratorFor<byte[]>()
        from flags in ArbMap.Default.GeneratorFor<bool>().ArrayOf(number % 2 == 0 ? 3 : 20)
        from children in depth == 0 ? Gen.Constant(Array.Empty<Sample>()) : Gen.Choose(0, 2).SelectMany(n => Of(depth - 1).ArrayOf(n))
        select new Sample
        {
            Flag = flag, Small = small, Short = (short)number, Int = wide, Long = number * wide, Double = real, Text = text,
                Bytes = bytes, Flags = flags,
            Children = children, Map = new Dictionary<string, long> { [text] = number, ["z"] = wide },
            BinaryMap = new Dictionary<byte[], bool>(ByteArrayComparer.Instance) { [bytes] = flag, [[0xff, 0x00]] = !flag },
        };
}
