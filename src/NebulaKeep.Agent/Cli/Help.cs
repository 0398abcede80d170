namespace NebulaKeep.Agent.Cli;

/// <summary>What <c>--help</c> prints.</summary>
static class Help
{
    public const string Text = """
        agent: reads and writes the files of one host for br, and starts and stops its NebulaGraph daemons.

        One agent runs on each host, as the user of its daemons.

          --agent host:port       where to listen, and who this agent is for metad; the host must be written as in SHOW HOSTS
          --meta host:port,...    metads to register with; without it there are no heartbeats
          --hbs 60                seconds between heartbeats
          --ratelimit 0           limit for all transfers together, both directions, in Mbit/s (2^20 bits); 0: none
          --debug                 log more

        Certificates (PEM; read again when the files change)
          --ca_path FILE          CA of metad's and the clients' certificates        [/usr/local/certs/ca.crt]
          --cert_path FILE        certificate of this agent                          [/usr/local/certs/client.crt]
          --key_path FILE         its key                                            [/usr/local/certs/client.key]
          --server_cert_path FILE, --server_key_path FILE
                                  certificate of the agent's own port; without them server.crt and server.key beside the
                                  files above, where they exist, else the files above, which must then be good for servers, too
          --client_ca_path FILE   another CA for the clients of the agent's own port
          --allowed_clients a,b   common or DNS names of the clients that may call; without it every client of the CA may
          --enable_ssl            use TLS towards metad; the agent's own port always does
          --server_name NAME      name in metad's certificate, where it is not its host name
          --insecure_skip_verify  do not verify metad

        What the agent may touch, besides the directories that metad reports for its host
          --store_roots /a,/b     where local:// stores may lie
          --allowed_dirs /a,/b    further roots and data directories

        For nebula-br and other clients of upstream's agent
          --upstream_compat       serve upstream's calls, too (over mutual TLS)
          --insecure_plaintext_listener host:port
                                  serve upstream's calls there without TLS: whoever reaches the port can read, replace and
                                  remove the data of this host. With the address of --agent there is no other port

          --help, --version

        Environment: CA_CERT_PATH, CLIENT_CERT_PATH and CLIENT_KEY_PATH, all three, replace the flags of the certificates;
        NEBULAKEEP_STORE_ROOTS stands for --store_roots.

        Examples
          agent --agent=10.0.0.5:8888 --meta=10.0.0.1:9559,10.0.0.2:9559 --enable_ssl \
                --ca_path=/etc/nebula/ca.crt --cert_path=/etc/nebula/agent.crt --key_path=/etc/nebula/agent.key
          agent --agent=node1:8888 --meta=node1:9559 --store_roots=/mnt/backup --ratelimit=800

        'agent pull' fetches what one host of a new cluster needs of a backup; 'agent pull --help' says how.

        Exit status: 0 ended as asked (SIGTERM, Ctrl-C), 1 failed, 2 the command line cannot be used.
        """;
}
