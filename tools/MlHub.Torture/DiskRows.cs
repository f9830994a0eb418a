namespace MlHub.Torture;

/// <summary>The disk loses power, fails, becomes slow or refuses to be written.</summary>
internal static class DiskRows
{
    public static IEnumerable<Scenario> All =>
    [
        new(2, "power loss: a copy of what the disk holds", PowerLossAsync),
        new(5, "every tenth write fails (EIO)", WriteErrorsAsync),
        new(6, "full disk (ext4), then room again", FullAsync),
        new(8, "the file system becomes read-only under load", ReadOnlyAsync),
        new(9, "the disk writes 1 MB/s", SlowAsync),
    ];

    private static async Task<string> PowerLossAsync(Patient patient)
    {
        var losses = patient.Options.Times(4);
        for (var i = 0; i < losses; i++)
        {
            var disk = LoopDisk.Make(patient, $"disk{i}");
            using var loss = new Patient(patient.Options with { Seed = patient.Options.Seed + i }) { Data = disk.Data };
            LoopDisk? after = null;
            using (var hub = loss.Start())
            {
                await loss.LoadAsync(hub, () => Task.Run(() =>
                {
                    Tools.Signal(hub.Id, "STOP");
                    after = disk.AfterPowerLoss(patient, $"after{i}");
                    hub.Kill();
                }));
            }

            await loss.RequireWholeAsync(after!.Data);
            patient.Count(loss);
        }

        return $"{losses} losses, {patient.Counted} acknowledged calls, none lost";
    }

    private static async Task<string> WriteErrorsAsync(Patient patient)
    {
        using var hub = patient.Start();
        var seen = await patient.LoadAsync(hub, async () =>
        {
            using var strace = await Strace.AttachOrNullAsync(hub, "pwrite64", "error=EIO:when=10+10") ?? throw new NotPossibleHereException("strace may not trace");
            await Task.Delay(patient.Options.For(8));
        });
        hub.Kill();
        await patient.RequireWholeAsync();
        return $"{seen}; whole after a kill";
    }

    private static async Task<string> FullAsync(Patient patient)
    {
        patient.Data = LoopDisk.Make(patient, "disk", megabytes: 96).Data;
        using var hub = patient.Start();
        var seen = await patient.LoadAsync(hub, async () =>
        {
            var ballast = Path.Combine(Path.GetDirectoryName(patient.Data)!, "ballast");
            Tools.Run("sh", "-c", $"dd if=/dev/zero of={ballast} bs=64k 2>/dev/null; true");
            await Task.Delay(patient.Options.For(8));
            File.Delete(ballast);
        });
        hub.Kill();
        await patient.RequireWholeAsync();
        return $"{seen}; whole after a kill";
    }

    private static async Task<string> ReadOnlyAsync(Patient patient)
    {
        var disk = LoopDisk.Make(patient, "disk");
        patient.Data = disk.Data;
        Tools.Run("mount", "-o", "remount,errors=remount-ro", Path.GetDirectoryName(disk.Data)!);
        using var hub = patient.Start();
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        Harmed? seen = null;
        (int Read, int Live) answers = default;
        try
        {
            seen = await patient.LoadAsync(hub, async () =>
            {
                await File.WriteAllTextAsync($"/sys/fs/ext4/{Path.GetFileName(disk.Device)}/trigger_fs_error", "torture");
                await Task.Delay(patient.Options.For(5));
                answers = ((int)(await client.PostAsync("/api/2.0/mlflow/experiments/search", new StringContent("{\"max_results\":5}"))).StatusCode, (int)(await client.GetAsync("/health/live")).StatusCode);
                hub.Kill();
            });
        }
        catch (UnauthorizedAccessException e)
        {
            throw new NotPossibleHereException(e.Message);
        }

        BrokenPromiseException.Require(answers == (200, 200), $"While the disk was read-only, reading and live answered {answers}.");
        var after = disk.AfterPowerLoss(patient, "after");
        await patient.RequireWholeAsync(after.Data);
        return $"{seen}; reading went on; whole after mounting again";
    }

    private static async Task<string> SlowAsync(Patient patient)
    {
        var disk = LoopDisk.Make(patient, "disk");
        patient.Data = disk.Data;
        using var hub = patient.Start();
        await hub.ListeningAsync();
        var (set, _) = Tools.Group(patient, "blkio", hub);
        var number = File.ReadAllText($"/sys/block/{Path.GetFileName(disk.Device)}/dev").Trim();
        var seen = await patient.LoadAsync(hub, async () =>
        {
            set("blkio.throttle.write_bps_device", $"{number} 1048576");
            await Task.Delay(patient.Options.For(15));
            set("blkio.throttle.write_bps_device", $"{number} 0");
        });
        var memory = LengthRows.ResidentMegabytes(hub.Id);
        hub.Kill();
        await patient.RequireWholeAsync();
        return $"{seen}; {memory} MiB resident";
    }
}
