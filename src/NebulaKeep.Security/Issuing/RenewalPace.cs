namespace NebulaKeep.Security.Issuing;

/// <summary>How a <see cref="CertificateRenewer"/> spends its time.</summary>
/// <param name="Look">How often it looks whether the CA has changed.</param>
/// <param name="Every">Renews after this time, however long certificates are good; null: at two thirds of their time.</param>
public sealed record RenewalPace(TimeSpan Look, TimeSpan? Every = null)
{
    /// <summary>A changed CA is taken up within two seconds.</summary>
    public static RenewalPace Standard { get; } = new(TimeSpan.FromSeconds(2));
}
