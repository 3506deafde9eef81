import type { BlobPlacement } from "../core/base/index.ts";

export interface DatabaseSettings {
  readonly databaseUrl: string | null;
  /** URL for workers, if it differs. */
  readonly workerDatabaseUrl: string | null;
}

/**
 * Returns the URL at which workers on other machines reach the database, or the reason why they cannot, and what to
 * configure.
 */
export function findWorkerDatabase({
  databaseUrl,
  workerDatabaseUrl,
}: DatabaseSettings): { readonly url: string } | { readonly problem: string } {
  const set = "Set TEMBO_WORKER_DATABASE_URL on the server to a URL that workers can reach, and restart it.";
  if (databaseUrl === null)
    return {
      problem:
        "The server uses its embedded PostgreSQL, which other machines cannot reach. Set DATABASE_URL on the server to a PostgreSQL server that all machines can reach.",
    };
  const url = workerDatabaseUrl ?? databaseUrl;
  const host = hostOf(url);
  if (host.startsWith("/"))
    return { problem: `The server reaches its database at the Unix socket ${host}. ${set}` };
  if (workerDatabaseUrl === null && isLoopback(host))
    return {
      problem: `The server's DATABASE_URL leads to ${host}, which is the server's own machine. ${set}`,
    };
  return { url };
}

/** Returns the reason why other machines cannot share the blob store, or null. */
export const findBlobProblem = (blobs: BlobPlacement): string | null =>
  blobs.kind === "folder" && blobs.sharedPath === null
    ? "The server keeps its blobs in its data folder. Set TEMBO_BLOBS on the server to an S3 bucket or to a folder that all machines mount, and restart it."
    : null;

/** Returns the host, or the folder of the Unix socket. */
function hostOf(url: string): string {
  const { hostname, searchParams } = new URL(url);
  return searchParams.get("host") ?? (hostname === "" ? "/" : decodeURIComponent(hostname));
}

const isLoopback = (host: string) =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
