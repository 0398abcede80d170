namespace NebulaKeep.Agent.Pull;

/// <summary>What <c>agent pull --help</c> prints.</summary>
static class PullHelp
{
    public const string Text = """
        agent pull: fetches what one host of a new cluster needs of a backup, and ends. The operator runs it before a restored cluster's daemons
        start for the first time. It writes into empty volumes only, goes on where it was interrupted, and does nothing once all is there.

          --plan FILE             the restore's plan, as the operator wrote it
          --role metad|storaged   what runs on this host
          --pod NAME-0            the pod's name: its number says whose data it gets
          --data_paths /a,/b      the daemon's data paths, in its own order
          --ratelimit 0           limit in Mbit/s (2^20 bits); 0: none
          --storage URI           s3://bucket/prefix, gs://bucket/prefix or local:///path
          --s3.region, --s3.endpoint, --gs.endpoint, --gs.ca
                                  as br has them

        Environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CA_BUNDLE; GOOGLE_APPLICATION_CREDENTIALS. Without
        credentials the pod's own identity is used.

        Exit status: 0 all is there, 1 failed, 2 the command line cannot be used, 3 trying again cannot help.
        """;
}
