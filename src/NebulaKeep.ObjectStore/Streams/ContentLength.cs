namespace NebulaKeep.ObjectStore.Streams;

/// <summary>How much a content says that it holds.</summary>
static class ContentLength
{
    /// <summary>Bytes from where it stands to its end; null where it does not know. It may be wrong: files grow.</summary>
    public static long? Of(Stream content)
    {
        try
        {
            return Math.Max(0, content.Length - (content.CanSeek ? content.Position : 0));
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
