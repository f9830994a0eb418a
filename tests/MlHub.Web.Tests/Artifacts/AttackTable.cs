using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>
/// The known attacks on paths, sources and space, by their number in the list of attacks that MlHub has to survive, with what each is and
/// the tests that replay it.
/// </summary>
public static class AttackTable
{
    private const string Paths = nameof(PathAttackTests.A_path_out_of_the_store_is_refused_on_every_route);
    private const string Sources = nameof(RegistryAttackTests.A_source_out_of_the_store_is_refused_whatever_its_tags);
    private const string Locations = nameof(ArtifactLocationApiTests.An_address_that_could_be_read_as_a_path_is_refused);

    public static IReadOnlyDictionary<int, (string Attack, string[] Tests)> Rows { get; } = new Dictionary<int, (string, string[])>
    {
        [1] = ("get-artifact with ../", [Paths]),
        [2] = ("absolute, Windows and UNC paths", [Paths]),
        [3] = ("a version's source file:///etc, then its files", [Paths, Sources]),
        [4] = ("file://HOST/../../", [Sources, Locations]),
        [5] = ("file://./etc and its spellings", [Sources, Locations]),
        [6] = ("//proc/self/root", [Sources, Locations]),
        [7] = ("artifact_location with a query", [Sources, Locations]),
        [8] = ("artifact_location with a fragment and no host", [Locations]),
        [9] = ("artifact_location with a fragment; upload-artifact with a?/a", [Paths, Locations]),
        [10] = ("artifact_location with parameters", [Paths, Locations]),
        [11] = ("a fragment in artifact_location, then a listing", [Locations]),
        [12] = ("encoded letters that check and use read differently", [Paths, Sources, Locations]),
        [13] = ("addresses that a parser may call remote", [Locations]),
        [14] = ("dbfs: with ../ or a query", [Sources, Locations]),
        [15] = ("uploads to where code is loaded from", [Paths]),
        [16] = ("row 3 with the tag of a prompt", [Sources]),
        [17] = ("registering somebody else's artifacts", [nameof(RegistryAttackTests.Somebody_elses_artifacts_cannot_be_registered_by_any_way_of_naming_them)]),
        [18] = ("versions that point at one another", [nameof(StoredAttackTests.Versions_that_come_from_one_another_are_copies)]),
        [19] = ("deleting with repeated and overlong encoding", [Paths]),
        [20] = ("putting with encoded slashes", [Paths]),
        [21] = ("MLflow's own list of bad paths", [Paths]),
        [22] = ("a source on a host of the attacker", [nameof(RegistryAttackTests.No_source_makes_the_server_call_anybody)]),
        [23] = ("a file name from a remote header: nothing remote is ever fetched", [nameof(RegistryAttackTests.No_source_makes_the_server_call_anybody)]),
        [24] = ("archives with paths, links and bombs", [nameof(StoredAttackTests.An_archive_is_a_file_like_any_other)]),
        [25] = ("a link in the artifact folder", [nameof(StoredAttackTests.A_link_in_the_store_is_not_followed)]),
        [26] = ("names of experiments, runs and models that are paths", [nameof(StoredAttackTests.No_name_reaches_the_disk)]),
        [27] = ("names of models that look alike", [nameof(StoredAttackTests.Names_of_models_that_look_alike_are_one_or_refused)]),
        [28] = (
            "folders as files, long names and paths",
            [
                Paths, nameof(ArtifactApiTests.A_file_cannot_become_a_folder_nor_a_folder_a_file), nameof(PathAttackTests.A_name_may_have_255_bytes),
                nameof(PathAttackTests.A_path_has_a_longest_length),
            ]),
        // These two run on each store, among the tests of MlHub.Core.
        [79] = ("endless uploads", ["ParallelSpaceTests.Together_they_never_use_the_reserve", "ArtifactLimitTests.Uploads_side_by_side_do_not_pass_the_quota_together"]),
    };
}
