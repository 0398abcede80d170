namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>What a deep look gave.</summary>
/// <param name="Findings">Damage.</param>
/// <param name="Notes">What is no damage and should be known.</param>
/// <param name="Keys">Objects that were read.</param>
/// <param name="Figures">What was sound.</param>
sealed record DeepResult(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Notes, IReadOnlySet<string> Keys, DeepFigures Figures);
