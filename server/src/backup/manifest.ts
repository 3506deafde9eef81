import { AppError } from "../core/base/index.ts";
import type { Written } from "./archive.ts";
import type { DatabaseFacts } from "./database-facts.ts";

/** Files of the data folder. A backup of the database alone does not have this part. */
export const filesMember = "files.tar.zst";
export const masterKeyMember = "master.key";
export const blobsMember = "blobs.tar.zst";
/** Parts of format 1: a copy of PostgreSQL's files, and the write-ahead log that belongs to it. */
export const clusterMembers = ["database.tar.zst", "wal.tar.zst"] as const;

/** Description of a backup. It is the first entry of the backup file. */
export interface Manifest {
  /** Format 1 (version 0.1.0) contains PostgreSQL's files, and format 2 the rows of its tables. */
  readonly format: 1 | 2;
  readonly createdAt: string;
  /** Newest migration of the database, or null if the file does not contain the database. */
  readonly newestMigration: string | null;
  /** Major version of PostgreSQL that the files of format 1 require. Null in format 2, and without a database. */
  readonly postgres: string | null;
  /** Checksum of each part of the backup, by name. */
  readonly members: Readonly<Record<string, Written>>;
  /** The database in format 2. Not set if the file does not contain it. */
  readonly database?: DatabaseFacts;
  /** Blob store outside the data folder. Not set if blobs are files of the data folder. */
  readonly blobs?: BlobFacts;
  /** Owner of the data folder. Not set in format 1. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface BlobFacts {
  /** The store, such as `s3://bucket/prefix`. */
  readonly place: string;
  /** Number of objects in the backup, or null if the backup does not contain them. */
  readonly included: number | null;
  /** Number of objects that were missing in the store. */
  readonly missing: number;
}

/** Parses a manifest. Throws `invalid_input` if the text is not a manifest of a known format. */
export function parseManifest(text: string): Manifest {
  try {
    const parsed = JSON.parse(text) as Manifest;
    if ((parsed.format === 1 || parsed.format === 2) && typeof parsed.members === "object") return parsed;
  } catch {
    // The error below also applies to invalid JSON.
  }
  throw new AppError(
    "invalid_input",
    'The file is not a backup, or a newer version of Tembo made it. Use a file that "tembo backup" made, or install that version.',
  );
}

/**
 * Throws `invalid_input` if the backup cannot be restored here, because a newer version of Tembo made it, or because the major versions of
 * PostgreSQL differ in format 1. Pure.
 */
export function requireRestorable(
  { newestMigration, postgres }: Manifest,
  known: {
    readonly migrations: readonly string[];
    /** Major version of the embedded PostgreSQL, or null if it is not installed. */
    readonly postgres: string | null;
  },
): void {
  if (newestMigration !== null && !known.migrations.includes(newestMigration)) {
    throw new AppError(
      "invalid_input",
      `The backup was made by a newer version of Tembo (its database has ${newestMigration}). Install that version, then restore.`,
    );
  }
  if (postgres !== null && postgres !== known.postgres) {
    throw new AppError(
      "invalid_input",
      `The backup contains a PostgreSQL ${postgres} database, but this version of Tembo runs PostgreSQL ${known.postgres}. Restore the backup with the version of Tembo that made it.`,
    );
  }
}
