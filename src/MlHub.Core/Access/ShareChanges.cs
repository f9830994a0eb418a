namespace MlHub.Access;

/// <summary>One principal's permission, before and after.</summary>
internal sealed record ShareChange<TLevel>(FoundPrincipal Who, TLevel Before, TLevel After);

/// <summary>Works out what a list of wished permissions changes; experiments and models share the rules.</summary>
internal static class ShareChanges
{
    /// <param name="present">What is given directly, by principal.</param>
    /// <param name="replace">Whether those not named lose what they have.</param>
    /// <exception cref="HubException">NotFound for an unknown principal; Invalid for one named twice, or where nobody would be left to manage.</exception>
    public static async Task<List<ShareChange<TLevel>>> OfAsync<TLevel>(
        HubDb db, Caller caller, Dictionary<Guid, (FoundPrincipal Who, TLevel Level)> present, IReadOnlyList<Share<TLevel>> wished, bool replace, TLevel manage,
        CancellationToken cancel)
        where TLevel : struct, Enum
    {
        if (wished.Count > Limits.GrantsPerObject)
        {
            throw HubException.Invalid($"Invalid value for parameter 'access_control_list' supplied: at most {Limits.GrantsPerObject} entries.");
        }

        var changes = new Dictionary<Guid, ShareChange<TLevel>>();
        foreach (var wish in wished)
        {
            var who = await db.PrincipalAsync(wish.Who, cancel);
            if (!changes.TryAdd(who.Id, new(who, present.GetValueOrDefault(who.Id).Level, wish.Level)))
            {
                throw HubException.Invalid($"Invalid value for parameter 'access_control_list' supplied: '{who.Who.Name}' is named twice.");
            }
        }

        foreach (var (id, (who, level)) in present.Where(p => replace && !changes.ContainsKey(p.Key)))
        {
            changes[id] = new(who, level, default);
        }

        bool Managed(IEnumerable<TLevel> levels) => levels.Any(l => EqualityComparer<TLevel>.Default.Equals(l, manage));
        var left = present.Where(p => !changes.ContainsKey(p.Key)).Select(p => p.Value.Level).Concat(changes.Values.Select(c => c.After));
        if (!caller.IsAdmin && Managed(present.Values.Select(p => p.Level)) && !Managed(left))
        {
            throw HubException.Invalid("Nobody would be left who may manage this. Give CAN_MANAGE to somebody else first, or ask an administrator.");
        }

        return [.. changes.Values.Where(c => !EqualityComparer<TLevel>.Default.Equals(c.Before, c.After))];
    }

    /// <summary>What the event of a change says of one side of it.</summary>
    public static object ToEvent(this FoundPrincipal who, string level) => new { principal = who.Who.Name, type = who.Who.Kind.ToString(), permission = level };
}
