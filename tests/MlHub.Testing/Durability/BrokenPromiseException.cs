namespace MlHub.Testing.Durability;

/// <summary>The hub did what it promises never to do.</summary>
public sealed class BrokenPromiseException(string what) : Exception(what)
{
    public static void Require(bool kept, string otherwise)
    {
        if (!kept)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }
}
