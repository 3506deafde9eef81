import { type Layout, port } from "./layout.ts";

/**
 * Given on the command line, so that a data folder made by an older Tembo gets them too. Small on purpose:
 * the idle sum of all processes counts. fsync, full_page_writes and synchronous_commit keep their safe defaults.
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
    // A list, hence the quotes: a path may hold a comma.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    max_connections: "60",
    shared_buffers: "32MB",
    max_wal_size: "512MB",
    huge_pages: "off",
    jit: "off",
    // Requests come many at once: one that takes other processes to its help makes the rest wait, and starting them takes longer than it does.
    max_parallel_workers_per_gather: "0",
    // Three I/O workers and the replication launcher would only wait here.
    io_method: "sync",
    max_logical_replication_workers: "0",
    max_wal_senders: "0",
    max_worker_processes: "4",
    cluster_name: "tembo",
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    // Statements and the values in DETAIL lines hold people's prompts: they stay out of the log.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_line_prefix: "",
    lc_messages: "C",
  };
}

export function settingArguments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
