import { type Layout, port } from "./layout.ts";

/**
 * Settings for the command line, so that they also apply to a data folder from an older Tembo. The values are small, because the idle
 * memory of all processes adds up. fsync, full_page_writes and synchronous_commit keep their safe defaults.
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
    // The value is a list, so the path is quoted: it may contain a comma.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    max_connections: "60",
    shared_buffers: "32MB",
    max_wal_size: "512MB",
    huge_pages: "off",
    jit: "off",
    // Many queries run at once. A query with parallel workers would delay the others, and starting the workers takes longer than the query.
    max_parallel_workers_per_gather: "0",
    // Turns off three I/O workers and the replication launcher, which would be idle.
    io_method: "sync",
    max_logical_replication_workers: "0",
    max_wal_senders: "0",
    max_worker_processes: "4",
    cluster_name: "tembo",
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    // Statements and the values in DETAIL lines contain people's prompts, so they are not logged.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_line_prefix: "",
    lc_messages: "C",
  };
}

export function settingArguments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
