namespace MlHub.Torture;

/// <summary>An ext4 on a file, whose bytes are only what reached the "disk".</summary>
internal sealed class LoopDisk
{
    private readonly string _image, _folder;

    private LoopDisk(string image, string folder, string device) => (_image, _folder, Device) = (image, folder, device);

    public string Device { get; }

    /// <summary>A folder of the disk for the data directory.</summary>
    public string Data => Path.Combine(_folder, "data");

    public static LoopDisk Make(Patient patient, string name, int megabytes = 512, params string[] features)
    {
        var image = patient.At(name + ".img");
        using (var file = File.Create(image))
        {
            file.SetLength((long)megabytes << 20);
        }

        Tools.Run("mkfs.ext4", ["-q", "-F", .. features, image]);
        return Mount(patient, image, name);
    }

    /// <summary>The disk as after a power loss now: nothing of what is only in memory.</summary>
    public LoopDisk AfterPowerLoss(Patient patient, string name)
    {
        var copy = patient.At(name + ".img");
        Tools.Run("cp", "--sparse=always", _image, copy);
        return Mount(patient, copy, name);
    }

    private static LoopDisk Mount(Patient patient, string image, string name)
    {
        var folder = Directory.CreateDirectory(patient.At(name)).FullName;
        var device = Tools.Run("losetup", "--direct-io=on", "-f", "--show", image);
        patient.AtEnd(() => Tools.Run("losetup", "-d", device));
        Tools.Run("mount", device, folder);
        patient.AtEnd(() => Tools.Run("umount", "-l", folder));
        return new(image, folder, device);
    }
}
