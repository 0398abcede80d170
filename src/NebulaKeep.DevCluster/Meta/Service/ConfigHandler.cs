using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Registered configuration: daemons that run with local_config, as these do, register none (spec/meta-thrift.md §7.13).</summary>
static class ConfigHandler
{
    public static GetConfigResp Get() => throw new MetaErrorException(ErrorCode.E_CONFIG_NOT_FOUND);

    public static ListConfigsResp List() => new();
}
