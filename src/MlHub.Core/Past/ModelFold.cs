using System.Collections.Immutable;
using System.Text.Json;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Past;

/// <summary>The state of one model, built up from its events in their order.</summary>
internal sealed class ModelFold(long id)
{
    /// <summary>The kinds that change what a model is; the rest is talk about it.</summary>
    public static readonly string[] Kinds =
    [
        EventKinds.ModelCreated, EventKinds.ModelRenamed, EventKinds.ModelDescribed, EventKinds.ModelDeleted, EventKinds.ModelTagSet, EventKinds.ModelTagDeleted,
        EventKinds.AliasSet, EventKinds.AliasDeleted, EventKinds.PolicySet, EventKinds.PolicyDeleted, EventKinds.VersionCreated, EventKinds.VersionReady,
        EventKinds.VersionFailed, EventKinds.VersionDescribed, EventKinds.VersionDeleted, EventKinds.VersionTagSet, EventKinds.VersionTagDeleted, EventKinds.VersionMoved,
    ];

    private readonly SortedDictionary<string, int> _aliases = new(StringComparer.Ordinal);
    private readonly SortedDictionary<Stage, JsonElement> _policies = [];
    private readonly SortedDictionary<int, PastVersion> _versions = [];
    private ImmutableSortedDictionary<string, string> _tags = Empty;
    private (string Name, string Description, string By, DateTimeOffset Created, DateTimeOffset Updated)? _model;

    public bool WasDeleted { get; private set; }

    private static ImmutableSortedDictionary<string, string> Empty => ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public void Apply(HubEvent row)
    {
        var facts = new EventFacts(row);
        if (row.Kind == EventKinds.ModelCreated)
        {
            _model = (facts.After("name") ?? row.Subject, facts.After("description") ?? "", row.Actor, row.At, row.At);
            _tags = Tags(facts);
        }
        else if (_model is { } model)
        {
            _model = model with { Updated = row.At };
            if (row.Version is { } number && row.Kind.StartsWith("version.", StringComparison.Ordinal))
            {
                ApplyToVersion(number, row, facts);
            }
            else
            {
                ApplyToModel(model with { Updated = row.At }, row.Kind, facts);
            }
        }
    }

    /// <summary>Null where there was no such model.</summary>
    public PastModel? OrNull() => _model is not { } model ? null : new(
        id, model.Name, model.Description, model.By, model.Created, model.Updated, _tags, [.. _aliases.Select(a => new PastAlias(a.Key, a.Value))],
        [.. _policies.Select(p => new PastPolicy(p.Key, p.Value))], [.. _versions.Values.Reverse()]);

    private void ApplyToModel((string Name, string Description, string By, DateTimeOffset Created, DateTimeOffset Updated) model, string kind, EventFacts facts)
    {
        switch (kind)
        {
            case EventKinds.ModelRenamed:
                _model = model with { Name = facts.After("name") ?? model.Name };
                break;
            case EventKinds.ModelDescribed:
                _model = model with { Description = facts.After("description") ?? "" };
                break;
            case EventKinds.ModelDeleted:
                (_model, WasDeleted) = (null, true);
                break;
            case EventKinds.ModelTagSet:
                _tags = Set(_tags, facts);
                break;
            case EventKinds.ModelTagDeleted:
                _tags = _tags.Remove(facts.Before("key") ?? "");
                break;
            case EventKinds.AliasSet when facts.After("alias") is { } alias && facts.AfterNumber("version") is { } version:
                _aliases[alias] = version;
                break;
            case EventKinds.AliasDeleted when facts.Before("alias") is { } alias:
                _aliases.Remove(alias);
                break;
            case EventKinds.PolicySet when facts.AfterStage("stage") is { } stage && facts.AfterJson("policy") is { } policy:
                _policies[stage] = policy;
                break;
            case EventKinds.PolicyDeleted when facts.BeforeStage("stage") is { } stage:
                _policies.Remove(stage);
                break;
        }
    }

    private void ApplyToVersion(int number, HubEvent row, EventFacts facts)
    {
        if (row.Kind == EventKinds.VersionCreated)
        {
            _versions[number] = new(
                number, facts.AfterStage("stage") ?? Stage.None, null, Status(facts) ?? VersionStatus.Ready, facts.After("message") ?? "", facts.After("description") ?? "",
                facts.After("source") ?? "", facts.After("runId"), row.Actor, row.At, row.At, Tags(facts));
        }
        else if (row.Kind == EventKinds.VersionDeleted)
        {
            _versions.Remove(number);
        }
        else if (_versions.TryGetValue(number, out var version))
        {
            _versions[number] = Changed(version, row, facts) with { UpdatedAt = row.At };
        }
    }

    private static PastVersion Changed(PastVersion version, HubEvent row, EventFacts facts) => row.Kind switch
    {
        EventKinds.VersionMoved => version with { Stage = facts.AfterStage("stage") ?? version.Stage, StageChangedAt = row.At },
        EventKinds.VersionDescribed => version with { Description = facts.After("description") ?? "" },
        EventKinds.VersionReady or EventKinds.VersionFailed => version with { Status = Status(facts) ?? version.Status, StatusMessage = facts.After("message") ?? "" },
        EventKinds.VersionTagSet => version with { Tags = Set((ImmutableSortedDictionary<string, string>)version.Tags, facts) },
        EventKinds.VersionTagDeleted => version with { Tags = ((ImmutableSortedDictionary<string, string>)version.Tags).Remove(facts.Before("key") ?? "") },
        _ => version,
    };

    private static ImmutableSortedDictionary<string, string> Set(ImmutableSortedDictionary<string, string> tags, EventFacts facts) =>
        facts.After("key") is { } key ? tags.SetItem(key, facts.After("value") ?? "") : tags;

    private static ImmutableSortedDictionary<string, string> Tags(EventFacts facts) =>
        facts.AfterJson("tags") is { ValueKind: JsonValueKind.Object } tags ? Empty.AddRange(tags.EnumerateObject().Select(t => KeyValuePair.Create(t.Name, t.Value.ToString()))) : Empty;

    /// <summary>As the protocol writes it: PENDING_REGISTRATION.</summary>
    private static VersionStatus? Status(EventFacts facts) =>
        Enum.TryParse<VersionStatus>(facts.After("status")?.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var status) ? status : null;
}
