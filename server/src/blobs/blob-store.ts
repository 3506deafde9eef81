import { AppError, type BlobKind, type BlobPlace, isId } from "../core/base/index.ts";

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** Time at which the object became complete. */
  readonly storedAt: Date;
}

/**
 * Storage for encrypted objects that never change. Every key has the form that `keyOf` returns. All methods throw
 * `unavailable` if the store does not respond, or `internal` if it denies access.
 */
export interface BlobStore {
  /** Stores an object, which becomes visible when it is complete. After an error or an abort, nothing of it remains. */
  put(key: string, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Yields the bytes from the offset `from`, which defaults to 0. Throws `not_found` if there is no such object. */
  get(
    key: string,
    options?: { readonly from?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<Uint8Array>;
  /** Returns the object's size and time, or null if there is no such object. */
  head(key: string): Promise<StoredObject | null>;
  /** Deletes objects. Idempotent. */
  delete(keys: readonly string[]): Promise<void>;
  /** Yields the objects of all organizations in pages of at most 1,000. */
  list(): AsyncIterable<readonly StoredObject[]>;
  /** Removes uploads that started before `before` and never ended. Returns their number. */
  removeIncomplete(before: Date): Promise<number>;
}

const letters: Readonly<Record<BlobKind, string>> = {
  workspace: "w",
  attachment: "a",
  artifact: "f",
  protocol: "p",
  layer: "l",
};
const kinds = new Map(Object.entries(letters).map(([kind, letter]) => [letter, kind as BlobKind]));

/** Returns the key of a blob's object: `o/<organization>/<letter of the kind>/<ID>`. */
export function keyOf({ organizationId, kind, id }: BlobPlace): string {
  return `o/${organizationId}/${letters[kind]}/${id}`;
}

/** Returns the blob that the key names, or null if the key has another form. */
export function placeOf(key: string): BlobPlace | null {
  const [root, organizationId = "", letter = "", id = "", ...rest] = key.split("/");
  const kind = kinds.get(letter);
  const isKey = root === "o" && kind !== undefined && rest.length === 0 && isId(organizationId) && isId(id);
  return isKey ? { organizationId, kind, id } : null;
}

/** Throws `internal` for a key of another form, so that no key leaves the folder of its organization. */
export function requireKey(key: string): void {
  if (placeOf(key) === null) throw new AppError("internal", `"${key}" is not the key of a blob.`);
}

export function noSuchObject(key: string, cause: unknown): AppError {
  return new AppError("not_found", `The blob store has no object ${key}.`, { cause });
}
