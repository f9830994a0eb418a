namespace MlHub.Events;

/// <summary>Told when accounts or tokens changed, here or on another node, so that nothing verified before is trusted longer.</summary>
public interface ICredentialChanges
{
    void Forget();
}
