namespace MlHub.Tracking.Search;

/// <summary>Whether a search finds what is there, what was deleted, or both.</summary>
public enum ViewType
{
    ActiveOnly,
    DeletedOnly,
    All,
}
