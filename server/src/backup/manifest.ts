import { AppError } from "../core/base/index.ts";

/** Parts of a backup file, in the order in which they are unpacked. */
export const memberNames = ["files.tar.zst", "database.tar.zst", "wal.tar.zst", "master.key"] as const;
export type MemberName = (typeof memberNames)[number];

/** Description of a backup. It is the first entry of the backup file. */
export interface Manifest {
  readonly format: 1;
  readonly createdAt: string;
  /** Newest migration of the database, or null if the operator provides the database, because the file then does not contain it. */
  readonly newestMigration: string | null;
  /** Major version of the embedded PostgreSQL, or null if the operator provides the database. */
  readonly postgres: string | null;
  readonly members: Readonly<
    Partial<Record<MemberName, { readonly sha256: string; readonly bytes: number }>>
  >;
}

/** Parses a manifest. Throws `invalid_input` if the text is not a manifest of this format. */
export function parseManifest(text: string): Manifest {
  try {
    const parsed = JSON.parse(text) as Manifest;
    if (parsed.format === 1 && typeof parsed.members === "object") return parsed;
  } catch {
    // The error below also applies to invalid JSON.
  }
  throw new AppError(
    "invalid_input",
    'The file is not a backup, or a newer version of Tembo made it. Use a file that "tembo backup" made, or install that version.',
  );
}

/**
 * Throws `invalid_input` if the backup cannot be restored here, because a newer version of Tembo made it, DATABASE_URL is set although the backup
 * contains an embedded database, or the major versions of PostgreSQL differ. Pure.
 */
export function requireRestorable(
  { newestMigration, postgres }: Manifest,
  known: { readonly migrations: readonly string[]; readonly postgres: string; readonly isEmbedded: boolean },
): void {
  if (newestMigration !== null && !known.migrations.includes(newestMigration)) {
    throw new AppError(
      "invalid_input",
      `The backup was made by a newer version of Tembo (its database has ${newestMigration}). Install that version, then restore.`,
    );
  }
  if (postgres !== null && !known.isEmbedded) {
    throw new AppError(
      "invalid_input",
      "The backup contains an embedded database, but DATABASE_URL is set. Unset DATABASE_URL, then restore.",
    );
  }
  if (postgres !== null && postgres !== known.postgres) {
    throw new AppError(
      "invalid_input",
      `The backup contains a PostgreSQL ${postgres} database, but this version of Tembo runs PostgreSQL ${known.postgres}. Restore the backup with the version of Tembo that made it.`,
    );
  }
}
