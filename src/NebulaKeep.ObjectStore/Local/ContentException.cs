namespace NebulaKeep.ObjectStore.Local;

/// <summary>Carries an exception of the caller's content stream past the translation of this store's own.</summary>
sealed class ContentException(Exception error) : Exception(error.Message, error);
