namespace NebulaKeep.Security.Issuing;

/// <summary>When certificates are renewed.</summary>
public static class Renewal
{
    const double Share = 2.0 / 3;
    const double Jitter = 0.05;

    /// <summary>At two thirds of the time: a third is left to notice that renewing fails.</summary>
    public static DateTimeOffset DueAt(Validity validity) => validity.NotBefore + (validity.NotAfter - validity.NotBefore) * Share;

    /// <summary>As above, later by up to a twentieth of the time, so that many hosts do not renew at once.</summary>
    public static DateTimeOffset PlannedAt(Validity validity, Random random) =>
        DueAt(validity) + (validity.NotAfter - validity.NotBefore) * (Jitter * random.NextDouble());
}
