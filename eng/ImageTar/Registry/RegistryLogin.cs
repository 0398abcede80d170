using System.Net.Http.Headers;
using System.Text;

namespace NebulaKeep.ImageTar.Registry;

/// <summary>Who pushes.</summary>
/// <param name="User">The user.</param>
/// <param name="Password">Never printed; a record's own text would.</param>
sealed record RegistryLogin(string User, string Password)
{
    /// <summary>As HTTP's basic authentication wants it (RFC 7617).</summary>
    public AuthenticationHeaderValue Basic => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));

    public override string ToString() => User;
}
