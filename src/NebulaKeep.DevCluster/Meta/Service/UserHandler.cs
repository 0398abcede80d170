using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Users and roles, as far as other daemons ask: they are read, not managed.</summary>
sealed class UserHandler(MetaContext context)
{
    public const string Root = "root";

    /// <summary>MD5 of "nebula", root's first password.</summary>
    public const string FirstPassword = "2852dea96871a5907a83402772ef2192";

    public ListUsersResp List() => new()
    {
        Users = context.Store.Scan(MetaTables.Users).ToDictionary(
            row => MetaKeys.After(MetaTables.Users, row.Key).Rest(), row => MetaValues.Password(row.Value), StringComparer.Ordinal),
    };

    public bool Exists(string account) => context.Store.Get(MetaKeys.User(account)) is not null;

    public ListRolesResp RolesOf(GetUserRolesReq request) => new() { Roles = [.. All().Where(r => r.UserId == request.Account)] };

    public ListRolesResp RolesIn(ListRolesReq request) => new() { Roles = [.. All().Where(r => r.SpaceId == request.SpaceId)] };

    List<RoleItem> All() => [.. context.Store.Scan(MetaTables.Roles).Select(row => Parse(row.Key, row.Value))];

    static RoleItem Parse(byte[] key, byte[] value)
    {
        var reader = MetaKeys.After(MetaTables.Roles, key);
        var space = reader.Int32();
        return new RoleItem { SpaceId = space, UserId = reader.Rest(), RoleType = (RoleType)MetaValues.Int32(value) };
    }
}
