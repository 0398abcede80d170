using System.Runtime.InteropServices;

namespace NebulaKeep.RocksDb.Native;

/// <summary>A copy of some bytes that stays where it is, for pointers that the library keeps.</summary>
sealed unsafe class NativeBuffer : SafeHandle
{
    public NativeBuffer(ReadOnlySpan<byte> bytes) : base(0, ownsHandle: true)
    {
        Length = bytes.Length;
        SetHandle((nint)NativeMemory.Alloc((nuint)Math.Max(1, bytes.Length)));
        bytes.CopyTo(new Span<byte>((void*)handle, bytes.Length));
    }

    public int Length { get; }

    public override bool IsInvalid => handle == 0;

    public nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
