using NebulaKeep.Core;

namespace NebulaKeep.Nebula.Common;

public sealed partial record HostAddr
{
    /// <summary>From the address type that the rest of the project uses.</summary>
    public static HostAddr Of(HostAddress address) => new() { Host = address.Host, Port = address.Port };

    /// <summary>The address; <see cref="HostAddress.IsEmpty"/> where a server knew none.</summary>
    public HostAddress ToAddress() => new(Host, Port);
}
