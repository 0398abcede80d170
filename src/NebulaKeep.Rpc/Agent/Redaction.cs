using Google.Protobuf;

// Generated messages print themselves as JSON; those that hold keys must not.
#pragma warning disable IDE0130 // the namespaces are those of the generated halves

namespace NebulaKeep.Rpc.AgentV1
{
    /// <summary>Prints without keys.</summary>
    public sealed partial class Store : ICustomDiagnosticMessage
    {
        /// <summary>The URI alone.</summary>
        public string ToDiagnosticString() => $"\"{Seal?.Uri ?? Uri}\"";

        /// <summary>What the store holds in itself.</summary>
        public static partial class Types
        {
            /// <summary>Prints without keys.</summary>
            public sealed partial class Seal : ICustomDiagnosticMessage
            {
                /// <summary>The URI alone.</summary>
                public string ToDiagnosticString() => $"\"{Uri}\"";
            }
        }
    }
}

namespace NebulaKeep.Rpc.Upstream
{
    /// <summary>Prints without keys.</summary>
    public sealed partial class S3 : ICustomDiagnosticMessage
    {
        /// <summary>Bucket and path alone.</summary>
        public string ToDiagnosticString() => $"\"s3://{Bucket}/{Path}\"";
    }

    /// <summary>Prints without keys.</summary>
    public sealed partial class GS : ICustomDiagnosticMessage
    {
        /// <summary>Bucket and path alone.</summary>
        public string ToDiagnosticString() => $"\"gs://{Bucket}/{Path}\"";
    }
}
