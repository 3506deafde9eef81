import type { Bytes } from "../confine/run-confined.ts";

/** Way to store a tree on disk. */
export interface LayerFormat {
  readonly name: string;
  /** Name of the file or folder that contains the tree. */
  readonly entryName: string;
  /** Host ID of the owner with ID 0 in the tree, or null if the server's user owns all files. */
  readonly firstId: number | null;
  /** Stores a canonical archive in the folder, as `entryName`. The owner of layers can write to the folder. Throws `unavailable` if it fails. */
  create(archive: Bytes, folder: string, signal: AbortSignal): Promise<void>;
  /** Returns the SHA-256 of the stored bytes, in hexadecimal. */
  fingerprint(path: string, signal: AbortSignal): Promise<string>;
  /** Returns the disk space of the stored tree. */
  sizeOf(path: string, signal: AbortSignal): Promise<number>;
  /** Options and type for mount(8), or null if the tree is used where it is stored. */
  readonly mountArguments: readonly string[] | null;
  /** Removes the stored tree. */
  remove(path: string): Promise<void>;
}
