namespace NebulaKeep.DevCluster.Configuration;

/// <summary>The flags that these daemons act on; any other flag of NebulaGraph is accepted, named in the log and has no effect.</summary>
static class KnownFlags
{
    /// <summary>Flags that may stand alone on a command line.</summary>
    public static readonly IReadOnlySet<string> Switches = new HashSet<string>(StringComparer.Ordinal)
    {
        "daemonize", "local_config", "enable_ssl", "enable_meta_ssl", "enable_graph_ssl", "enable_storage_ssl", "redirect_stdout", "move_files",
        "enable_authorize", "rocksdb_disable_wal", "auto_remove_invalid_space", "timestamp_in_logfile_name", "enable_client_white_list",
        "wal_sync", "enable_rocksdb_prefix_filtering",
    };

    static readonly HashSet<string> Values = new(StringComparer.Ordinal)
    {
        "flagfile", "local_ip", "port", "ws_ip", "ws_http_port", "data_path", "wal_path", "meta_server_addrs", "pid_file", "log_dir", "minloglevel",
        "stdout_log_file", "stderr_log_file", "heartbeat_interval_secs", "agent_heartbeat_interval_secs", "expired_time_factor", "cluster_id_path",
        "client_white_list", "default_parts_num", "default_replica_factor", "wal_ttl", "wal_file_size", "clean_wal_interval_secs",
        "raft_heartbeat_interval_secs", "rocksdb_compression", "cert_path", "key_path", "ca_path", "ca_client_path", "ssl_watch_path", "password_path", "ssl_server_SAN",
        "session_idle_timeout_secs", "max_allowed_query_size", "timezone_name", "max_sessions_per_ip_per_user",
    };

    /// <summary>True when a daemon acts on the flag.</summary>
    public static bool Contains(string name) => Values.Contains(name) || Switches.Contains(name);
}
