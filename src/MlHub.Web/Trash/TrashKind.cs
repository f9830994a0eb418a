namespace MlHub.Web.Trash;

/// <summary>What the trash page lists; named in its address.</summary>
public enum TrashKind
{
    Runs,
    Experiments,
}
