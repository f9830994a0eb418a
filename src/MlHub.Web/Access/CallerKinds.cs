namespace MlHub.Web.Access;

public static class CallerKinds
{
    /// <summary>Whether somebody signed in. In the access mode Open nobody does: there is no account, so no token and no sign-out.</summary>
    public static bool IsPerson(this Caller caller) => caller.Id != Caller.Local.Id;
}
