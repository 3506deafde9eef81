import { join } from "node:path";
import { AppError } from "../core/base/index.ts";

/** Paths of PostgreSQL's files in the data folder. */
export interface Layout {
  readonly root: string;
  readonly binaries: (version: string) => string;
  /** PostgreSQL's own data, mode 0700. */
  readonly data: string;
  /** Folder that contains the unix socket, mode 0700. */
  readonly socketDir: string;
  readonly log: string;
  /**
   * Files that determine which users may connect as which role. They belong to this process's user, so that PostgreSQL cannot change them.
   */
  readonly hba: string;
  readonly ident: string;
}

export const port = 5432;

/** Maximum length of a socket path. sockaddr_un has space for 108 bytes, including the terminating zero. */
const maxSocketPathBytes = 107;

/** Returns the paths for a data folder. Throws `invalid_input` if the socket's path is too long for the system. */
export function resolveLayout(dataDir: string): Layout {
  const root = join(dataDir, "postgres");
  const socketDir = join(root, "run");
  const bytes = Buffer.byteLength(join(socketDir, `.s.PGSQL.${port}`));
  if (bytes > maxSocketPathBytes) {
    throw new AppError(
      "invalid_input",
      `The data folder ${dataDir} is ${bytes - maxSocketPathBytes} bytes too long for a unix socket in it. Set TEMBO_DATA_DIR to a shorter path.`,
    );
  }
  return {
    root,
    binaries: (version) => join(root, version),
    data: join(root, "data"),
    socketDir,
    log: join(root, "postgres.log"),
    hba: join(root, "pg_hba.conf"),
    ident: join(root, "pg_ident.conf"),
  };
}

/**
 * Returns the connection URL. `pg` and DBOS read the socket's folder from the `host` parameter. URL parsers require a host in the authority, but it
 * has no effect.
 */
export function databaseUrl(layout: Layout, user = "tembo", database = "tembo"): string {
  return `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(layout.socketDir)}`;
}
