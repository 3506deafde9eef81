import type { Sealed } from "../vault.ts";
import type { BlobPlace, BlobRef } from "./blobs.ts";

/** Row of a blob. */
export interface BlobRecord extends BlobPlace, BlobRef {
  /** Size of the encrypted bytes. */
  readonly storedBytes: number;
  readonly createdAt: Date;
}

export interface BlobQueries {
  /**
   * Inserts the row. `sealedKey` contains the key of the blob's bytes. The caller has locked the master keys since it
   * sealed the key.
   */
  insert(blob: BlobRecord, sealedKey: Sealed): Promise<void>;
  find(
    organizationId: string,
    id: string,
  ): Promise<{ readonly blob: BlobRecord; readonly sealedKey: Sealed } | null>;
  /** Deletes those of the rows that no other row refers to, and returns their places. Needs a transaction. */
  deleteUnused(ids: readonly string[]): Promise<BlobPlace[]>;
  /** Lists blobs that were created before `before` and that no row refers to, ordered by ID. */
  listUnused(
    before: Date,
    page: { readonly afterId: string | null; readonly limit: number },
  ): Promise<string[]>;
  /** Returns true if there is a blob of any organization. */
  hasAny(): Promise<boolean>;
  /** Returns those of the IDs that have a row. */
  existing(ids: readonly string[]): Promise<string[]>;
  /**
   * Returns the IDs of the given places that have no row although their organization exists. A place of an unknown
   * organization belongs to another installation that uses the same blob store.
   */
  withoutRow(places: readonly BlobPlace[]): Promise<string[]>;
}
