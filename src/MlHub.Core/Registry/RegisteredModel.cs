namespace MlHub.Registry;

/// <summary>A named line of model versions; permissions are given on it.</summary>
public sealed class RegisteredModel
{
    public long Id { get; init; }

    /// <summary>32 hexadecimal digits: the id that the permissions calls and addresses of files use; it survives renaming.</summary>
    public required string PublicId { get; init; }
    public required string Name { get; set; }

    /// <summary>The name in upper case: two models never differ by case alone.</summary>
    public required string NormalizedName { get; set; }
    public string Description { get; set; } = "";
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The number given to the newest version; numbers are never given twice.</summary>
    public int LastVersion { get; set; }
    public List<RegisteredModelTag> Tags { get; init; } = [];
    public List<ModelAlias> Aliases { get; init; } = [];
}

/// <summary>A key and a value on a registered model.</summary>
public sealed class RegisteredModelTag
{
    public long ModelId { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>A name that points at one version of a model, such as <c>champion</c>.</summary>
public sealed class ModelAlias
{
    public long ModelId { get; init; }
    public required string Alias { get; init; }
    public required int Version { get; set; }
}
