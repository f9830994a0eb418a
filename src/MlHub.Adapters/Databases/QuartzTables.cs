using System.Globalization;
using System.Text;

namespace MlHub.Adapters.Databases;

/// <summary>
/// The tables that Quartz.NET 4 keeps its schedule in, for the migration of each database (quartz-scheduler.net, "Database schema"). They are no entities: only Quartz reads and
/// writes them. Its histories are left out, since they are switched off.
/// </summary>
internal static class QuartzTables
{
    private const string Trigger = "trigger_name:150! trigger_group:150!", Paused = "pause_reason:250 paused_by:200 paused_at:long";

    private static readonly (string Name, string Columns, string Key, string? Parent)[] Tables =
    [
        ("job_details", "job_name:150! job_group:150! description:250 job_class_name:250! is_durable:bool! is_nonconcurrent:bool! is_update_data:bool! requests_recovery:bool! job_data:bytes", "job_name job_group", null),
        ("triggers",
            $"{Trigger} job_name:150! job_group:150! description:250 next_fire_time:long prev_fire_time:long priority:int trigger_state:16! trigger_type:8! start_time:long! end_time:long "
            + "calendar_name:200 misfire_instr:small misfire_orig_fire_time:long execution_group:200 preferred_node:200 preferred_node_auto:bool!0 retry_policy:250 retry_attempt:int "
            + $"continues_trigger_name:150 continues_trigger_group:150 continuation_condition:int overlap_policy:int {Paused} misfire_threshold:long fixed_delay:bool job_data:bytes",
            "trigger_name trigger_group", "job_details job_name job_group"),
        ("simple_triggers", $"{Trigger} repeat_count:count! repeat_interval:long! times_triggered:count!", "trigger_name trigger_group", "triggers"),
        ("cron_triggers", $"{Trigger} cron_expression:250! time_zone_id:80", "trigger_name trigger_group", "triggers"),
        ("simprop_triggers",
            $"{Trigger} str_prop_1:512 str_prop_2:512 str_prop_3:512 int_prop_1:int int_prop_2:int long_prop_1:long long_prop_2:long dec_prop_1:decimal dec_prop_2:decimal bool_prop_1:bool bool_prop_2:bool time_zone_id:80",
            "trigger_name trigger_group", "triggers"),
        ("blob_triggers", $"{Trigger} blob_data:bytes", "trigger_name trigger_group", "triggers"),
        ("calendars", "calendar_name:200! calendar:bytes!", "calendar_name", null),
        ("paused_trigger_grps", $"trigger_group:150! {Paused}", "trigger_group", null),
        ("paused_job_grps", $"job_group:150! {Paused}", "job_group", null),
        ("fired_triggers",
            $"entry_id:140! {Trigger} instance_name:200! fired_time:long! sched_time:long! priority:int! state:16! job_name:150 job_group:150 is_nonconcurrent:bool requests_recovery:bool "
            + "execution_group:200 progress:int progress_message:250 interrupt_requested_time:long",
            "entry_id", null),
        ("scheduler_state", "instance_name:200! last_checkin_time:long! checkin_interval:long! quartz_version:20", "instance_name", null),
        ("locks", "lock_name:40!", "lock_name", null),
    ];

    private static readonly (string Name, string Table, string Columns)[] Indexes =
    [
        ("j_g_n", "job_details", "job_group, job_name"),
        ("t_j", "triggers", "job_name, job_group"),
        ("t_g_n", "triggers", "trigger_group, trigger_name"),
        ("t_c", "triggers", "calendar_name"),
        ("t_nft_st", "triggers", "trigger_state, next_fire_time, priority DESC, misfire_instr"),
        ("ft_inst_job_req_rcvry", "fired_triggers", "instance_name, requests_recovery"),
        ("ft_j_g", "fired_triggers", "job_name, job_group"),
        ("ft_t_g", "fired_triggers", "trigger_name, trigger_group"),
    ];

    public static IEnumerable<string> Create(DatabaseProvider database) =>
        Tables.Select(t => Table(database, t.Name, t.Columns, t.Key, t.Parent))
            .Concat(Indexes.Select(i => Cased(database, $"CREATE INDEX idx_qrtz_{i.Name} ON qrtz_{i.Table} (sched_name, {i.Columns})")));

    public static IEnumerable<string> Drop(DatabaseProvider database) => Tables.Reverse().Select(t => Cased(database, $"DROP TABLE qrtz_{t.Name}"));

    private static string Table(DatabaseProvider database, string name, string columns, string key, string? parent)
    {
        var keys = $"sched_name, {key.Replace(" ", ", ", StringComparison.Ordinal)}";
        StringBuilder sql = new();
        sql.Append(CultureInfo.InvariantCulture, $"CREATE TABLE qrtz_{name} (sched_name {Type(database, "120")} NOT NULL");
        foreach (var column in columns.Split(' '))
        {
            var (named, type) = (column.Split(':')[0], column.Split(':')[1]);
            sql.Append(CultureInfo.InvariantCulture, $", {named} {Type(database, type.TrimEnd('!', '0') is { Length: > 0 } plain && !char.IsAsciiDigit(plain[0]) ? plain : type.Replace("!", "", StringComparison.Ordinal))}");
            sql.Append(type.EndsWith("!0", StringComparison.Ordinal) ? $" DEFAULT {(database == DatabaseProvider.PostgreSql ? "false" : "0")}" : "").Append(type.Contains('!', StringComparison.Ordinal) ? " NOT NULL" : " NULL");
        }

        sql.Append(CultureInfo.InvariantCulture, $", PRIMARY KEY ({keys})");
        if (parent is not null)
        {
            var words = parent.Split(' ');
            var there = words.Length == 1 ? keys : $"sched_name, {string.Join(", ", words.Skip(1))}";
            sql.Append(CultureInfo.InvariantCulture, $", FOREIGN KEY ({there}) REFERENCES qrtz_{words[0]} ({there}){(words.Length == 1 ? " ON DELETE CASCADE" : "")}");
        }

        return Cased(database, sql.Append(')').ToString());
    }

    /// <summary>Quartz writes its names in capitals, which SQL Server may tell apart.</summary>
    private static string Cased(DatabaseProvider database, string sql) => (database == DatabaseProvider.SqlServer ? sql.ToUpperInvariant() : sql) + ";";

    /// <param name="database">Which one.</param>
    /// <param name="type">A kind of value, or how many characters a text has at most.</param>
    private static string Type(DatabaseProvider database, string type) => (database, type) switch
    {
        (DatabaseProvider.Sqlite, "int" or "long" or "small" or "count" or "bool") => "INTEGER",
        (DatabaseProvider.Sqlite, "bytes") => "BLOB",
        (DatabaseProvider.Sqlite, "decimal") => "NUMERIC",
        (DatabaseProvider.Sqlite, _) => "TEXT",
        (DatabaseProvider.PostgreSql, "int") => "integer",
        (DatabaseProvider.PostgreSql, "small") => "smallint",
        (DatabaseProvider.PostgreSql, "long" or "count") => "bigint",
        (DatabaseProvider.PostgreSql, "bool") => "boolean",
        (DatabaseProvider.PostgreSql, "bytes") => "bytea",
        (DatabaseProvider.PostgreSql, "decimal") => "numeric",
        (DatabaseProvider.PostgreSql, _) => "text",
        (_, "int" or "small" or "count") => "int",
        (_, "long") => "bigint",
        (_, "bool") => "bit",
        (_, "bytes") => "varbinary(max)",
        (_, "decimal") => "numeric(13,4)",
        (_, var length) => $"nvarchar({length})",
    };
}
