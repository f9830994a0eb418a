namespace MlHub.Access;

/// <summary>Counts the changes of accounts and tokens, here or on another node, so that nothing verified before one is trusted after it.</summary>
public sealed class CredentialChanges
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Raise() => Interlocked.Increment(ref _count);
}
