using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>Which versions answered in a stage one after another, read from the moves of a model, oldest first.</summary>
internal sealed class StageSuccession(Stage stage)
{
    private readonly List<Reign> _reigns = [];

    /// <summary>The version in the stage, and the one whose place it took.</summary>
    public (Reign Present, Reign Before)? Last => _reigns.Count < 2 ? null : (_reigns[^1], _reigns[^2]);

    public void Apply(HubEvent move)
    {
        var (facts, version) = (new EventFacts(move), move.Version!.Value);
        if (facts.AfterStage("stage") == stage)
        {
            var isBack = facts.After("isRollback") is not null;
            var known = _reigns.FindIndex(r => r.Version == version);
            if (isBack && known >= 0)
            {
                // Whoever was taken out comes back the usual way only.
                _reigns.RemoveRange(known + 1, _reigns.Count - known - 1);
                return;
            }

            _reigns.RemoveAll(r => r.Version == version);
            _reigns.Add(new(version, !string.IsNullOrEmpty(facts.After("overrideReason"))));
        }
        else if (facts.BeforeStage("stage") == stage && facts.After("systemComment") is null)
        {
            // Somebody took it out, which is no replacement by another.
            _reigns.RemoveAll(r => r.Version == version);
        }
    }
}

/// <summary>A version that was in the stage; whether its policy was set aside for it.</summary>
internal sealed record Reign(int Version, bool WasOverridden);
