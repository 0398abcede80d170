using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Sealed.Root;

/// <summary>Why a sealed root cannot be used.</summary>
public enum RootProblem
{
    /// <summary>Its <c>nebulakeep.json</c> is damaged, or newer than this program.</summary>
    Unreadable,

    /// <summary>It is encrypted, and no key was given.</summary>
    KeyMissing,

    /// <summary>No key of it opens with what was given.</summary>
    KeyWrong,

    /// <summary>A key was given, and it is not encrypted.</summary>
    NotEncrypted,

    /// <summary>It is kept in another way than was asked for.</summary>
    Different,

    /// <summary>A key cannot be removed.</summary>
    KeyNeeded,

    /// <summary>What was given is no key file or passphrase.</summary>
    SecretUnusable,
}

/// <summary>A sealed root cannot be used as asked; the message says why and what to do, and holds no secret.</summary>
public sealed class RootException(RootProblem problem, string message, Exception? inner = null) : NebulaKeepException(message, inner)
{
    /// <summary>Why.</summary>
    public RootProblem Problem { get; } = problem;
}
