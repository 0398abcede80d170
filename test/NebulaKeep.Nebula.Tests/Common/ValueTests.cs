using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Nebula.Tests.Common;

public sealed class ValueTests
{
    [Fact]
    public void Any_value_is_read_back_as_it_was_written_in_both_protocols() =>
        Prop.ForAll(Arbitraries.Values(3).ToArbitrary(), value =>
        {
            Value.Read(new BinaryProtocolReader(Binary(value), ThriftLimits.Server)).ShouldBe(value);
            Value.Read(new CompactProtocolReader(Compact(value), ThriftLimits.Server)).ShouldBe(value);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_values_have_equal_hashes_and_bytes() =>
        Prop.ForAll(Arbitraries.Values(2).ToArbitrary(), value =>
        {
            var copy = Value.Read(new BinaryProtocolReader(Binary(value), ThriftLimits.Server));

            copy.GetHashCode().ShouldBe(value.GetHashCode());
            Compact(copy).ToArray().ShouldBe(Compact(value).ToArray());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_cut_anywhere_is_refused_in_both_protocols() =>
        Prop.ForAll(Arbitraries.Values(2).ToArbitrary(), value =>
        {
            var (binary, compact) = (Binary(value), Compact(value));
            for (var i = 0; i < binary.Length; i++) Should.Throw<ThriftProtocolException>(() =>
                Value.Read(new BinaryProtocolReader(binary[..i], ThriftLimits.Server)));
            for (var i = 0; i < compact.Length; i++) Should.Throw<ThriftProtocolException>(() =>
                Value.Read(new CompactProtocolReader(compact[..i], ThriftLimits.Server)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void A_value_with_any_byte_changed_is_read_or_refused_and_nothing_else() =>
        Prop.ForAll(Arbitraries.Values(2).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (value, chance) =>
        {
            ReadOrRefuse(Changed(Binary(value), chance), bytes => Value.Read(new BinaryProtocolReader(bytes, ThriftLimits.Server)));
            ReadOrRefuse(Changed(Compact(value), chance), bytes => Value.Read(new CompactProtocolReader(bytes, ThriftLimits.Server)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Values_nested_too_deep_are_refused()
    {
        var value = Value.Of(1);
        for (var i = 0; i < 30; i++) value = new Value { LVal = new NList { Values = [value] } };

        Should.Throw<ThriftProtocolException>(() =>
            Value.Read(new BinaryProtocolReader(Binary(value), ThriftLimits.Server))).Message.ShouldContain("64 levels");
    }

    [Fact]
    public void Setting_a_second_field_replaces_the_first()
    {
        var value = new Value { IVal = 7, BVal = true };

        (value.Field, value.IVal, value.BVal).ShouldBe((ValueField.BVal, null, true));
    }

    [Fact]
    public void The_empty_value_NULL_and_the_empty_string_differ()
    {
        Value.Empty.ShouldNotBe(Value.Null);
        Value.Empty.ShouldNotBe(Value.Of(""));
        Value.Of("").ShouldBe(Value.Of(Array.Empty<byte>()));
    }

    static void ReadOrRefuse(byte[] bytes, Func<byte[], Value> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes).ShouldNotBeNull();
        }
        catch (ThriftProtocolException)
        {
            // Refused, as it should be.
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    static byte[] Changed(ReadOnlyMemory<byte> bytes, int chance)
    {
        var copy = bytes.ToArray();
        copy[chance % copy.Length] = (byte)(chance >> 8);
        return copy;
    }

    static ReadOnlyMemory<byte> Binary(Value value) => Written(value, new BinaryProtocolWriter());

    static ReadOnlyMemory<byte> Compact(Value value) => Written(value, new CompactProtocolWriter());

    static ReadOnlyMemory<byte> Written(Value value, ThriftWriter writer)
    {
        value.Write(writer);
        return writer.Written;
    }
}
