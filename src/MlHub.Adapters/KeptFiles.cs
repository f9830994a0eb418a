using System.Security.Cryptography;
using MlHub.Operations;

namespace MlHub.Adapters;

/// <summary>
/// Kept bytes as files of a folder, each after the digest of its content: a broken file is as good as none. They are written under another name first. What
/// was not used for longest goes where there is too much, and what was not used for a month goes in any case. The folder may be deleted at any time.
/// </summary>
public sealed class KeptFiles(string folder, TimeProvider clock, long mostBytes = KeptFiles.MostBytes) : IKeptBytes
{
    private const long MostBytes = 256L << 20;

    /// <summary>It may have been made of what was deleted for ever meanwhile.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private long? _bytes;
    private DateTimeOffset _swept;

    public byte[]? FindOrNull(string kind, string name) => Tried(() =>
    {
        var path = PathOf(kind, name);
        if (!File.Exists(path))
        {
            return null;
        }

        var file = File.ReadAllBytes(path);
        if (file.Length < SHA256.HashSizeInBytes || !SHA256.HashData(file.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(file.AsSpan(0, SHA256.HashSizeInBytes)))
        {
            return null;
        }

        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        return file[SHA256.HashSizeInBytes..];
    });

    public void Keep(string kind, string name, ReadOnlySpan<byte> content)
    {
        byte[] file = [.. SHA256.HashData(content), .. content];
        Tried(() =>
        {
            var path = PathOf(kind, name);
            PrivateDirectory.Create(Path.GetDirectoryName(path)!);
            var written = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllBytes(written, file);
            File.SetLastWriteTimeUtc(written, clock.GetUtcNow().UtcDateTime);
            File.Move(written, path, overwrite: true);
            MakeRoom(file.Length);
            return path;
        });
    }

    public void Forget(string kind, string name) => Tried(() =>
    {
        var path = PathOf(kind, name);
        File.Delete(path);
        return path;
    });

    private void MakeRoom(long added)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            _bytes += added;
            if (_bytes <= mostBytes && now - _swept < TimeSpan.FromDays(1))
            {
                return;
            }

            var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderByDescending(f => f.LastWriteTimeUtc).ToList();
            (_bytes, _swept) = (0, now);
            // Some room at once, so that not every file from now on is one too many.
            var most = files.Sum(f => f.Length) > mostBytes ? mostBytes / 4 * 3 : mostBytes;
            foreach (var file in files)
            {
                if (_bytes + file.Length > most || now - file.LastWriteTimeUtc > Unused)
                {
                    file.Delete();
                }
                else
                {
                    _bytes += file.Length;
                }
            }
        }
    }

    private string PathOf(string kind, string name) =>
        (kind + name).All(c => c is '-' || char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) && kind.Length > 0 && name.Length > 0
            ? Path.Combine(folder, kind, name)
            : throw new ArgumentException("Only small letters, digits and dashes name what is kept.", nameof(name));

    private static T? Tried<T>(Func<T?> act)
        where T : class
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
