namespace NebulaKeep.Security;

/// <summary>What is wrong with a certificate or key file.</summary>
public enum CertificateFileProblem
{
    /// <summary>The file does not exist.</summary>
    Missing,

    /// <summary>The file cannot be read: rights, a folder, an input error.</summary>
    Unreadable,

    /// <summary>The file is larger than any certificate bundle is.</summary>
    TooLarge,

    /// <summary>No PEM block of the right kind, or one that does not parse.</summary>
    NotPem,

    /// <summary>The CA file holds no self-signed certificate, so no chain can end in it.</summary>
    NoRoot,

    /// <summary>The key is not the certificate's.</summary>
    KeyMismatch,

    /// <summary>The key is encrypted and the password is absent or wrong.</summary>
    WrongPassword,

    /// <summary>The certificate's time is over.</summary>
    Expired,

    /// <summary>The certificate's time has not begun.</summary>
    NotYetValid,
}
