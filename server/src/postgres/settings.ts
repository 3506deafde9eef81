import { type Layout, port } from "./layout.ts";

/**
 * Returns the settings for the command line, so that they also apply to a data folder from an older Tembo version. The values are small, to
 * limit the total idle memory of all processes. fsync, full_page_writes and synchronous_commit have their safe defaults.
 */
export function settings({
  socketDir,
  hba,
  ident,
}: Pick<Layout, "socketDir" | "hba" | "ident">): Readonly<Record<string, string>> {
  return {
    hba_file: hba,
    ident_file: ident,
    listen_addresses: "",
    port: String(port),
    // The value is a list, so the path is quoted in case it contains a comma.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    max_connections: "60",
    shared_buffers: "32MB",
    max_wal_size: "512MB",
    huge_pages: "off",
    jit: "off",
    // Parallel workers would delay concurrent queries, and starting them takes longer than a query.
    max_parallel_workers_per_gather: "0",
    // These values turn off three I/O workers and the replication launcher, which would be idle.
    io_method: "sync",
    max_logical_replication_workers: "0",
    max_wal_senders: "0",
    max_worker_processes: "4",
    cluster_name: "tembo",
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    // Statements and the values in DETAIL lines contain users' prompts, so PostgreSQL does not log them.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_line_prefix: "",
    lc_messages: "C",
  };
}

export function settingArguments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
