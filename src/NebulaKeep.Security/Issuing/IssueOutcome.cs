namespace NebulaKeep.Security.Issuing;

/// <summary>What a look at a folder of certificates led to.</summary>
/// <param name="Issued">False if everything there could stay.</param>
/// <param name="Validity">When both certificates are good.</param>
/// <param name="Sources">What they were made from, as <see cref="CertificateIssuer.Sources"/> tells it.</param>
/// <param name="SwitchAt">When they are to be replaced because another CA issued them; null if it did not.</param>
public readonly record struct IssueOutcome(bool Issued, Validity Validity, string Sources, DateTimeOffset? SwitchAt = null);
