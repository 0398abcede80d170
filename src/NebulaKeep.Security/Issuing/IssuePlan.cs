namespace NebulaKeep.Security.Issuing;

/// <summary>What is to be done about a folder of certificates.</summary>
/// <param name="Trusted">Text of the CA bundle that it should have.</param>
/// <param name="NewCertificates">Why certificates are to be issued; null if those that are there can stay.</param>
/// <param name="NewBundle">True if the bundle that is there is another one.</param>
/// <param name="SwitchAt">When the certificates of a former CA will be replaced; null if there are none.</param>
sealed record IssuePlan(string Trusted, string? NewCertificates, bool NewBundle, DateTimeOffset? SwitchAt)
{
    /// <summary>Why files are written; null if all can stay.</summary>
    public string? Reason => NewCertificates ?? (NewBundle ? "the CA bundle differs" : null);
}
