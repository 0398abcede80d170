using NebulaKeep.Core;

namespace NebulaKeep.RocksDb;

/// <summary>RocksDB refused or failed an operation. The message names the operation, the path and RocksDB's own reason.</summary>
public sealed class RocksDbException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
