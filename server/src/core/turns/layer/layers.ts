/** SHA-256 of a layer's canonical archive, as `sha256:` and 64 lowercase hexadecimal digits. The same tree has the same digest everywhere. */
export type LayerDigest = `sha256:${string}`;

export interface Layer {
  readonly digest: LayerDigest;
  /** Space that the layer uses on this machine. */
  readonly bytes: number;
}

/**
 * Content of a new layer. All of it is untrusted. Archives are tar files, plain or compressed with gzip or zstd.
 * - `archive`: a root file system.
 * - `layer`: a whole layer that `export` read, perhaps on another machine. It has the digest of the original.
 * - `image`: the layers of an OCI image, lowest first. Each is read once, to its end. With `needsGlibc`, an image without glibc is rejected.
 * - `folders`: what a build wrote. Nothing may write to the folders meanwhile. A later folder covers files of earlier ones.
 */
export type LayerSource =
  | { readonly kind: "archive"; readonly archive: AsyncIterable<Uint8Array> }
  | { readonly kind: "layer"; readonly archive: AsyncIterable<Uint8Array> }
  | {
      readonly kind: "image";
      readonly layers: AsyncIterable<AsyncIterable<Uint8Array>>;
      readonly needsGlibc: boolean;
    }
  | { readonly kind: "folders"; readonly folders: readonly WrittenFolder[] };

export interface WrittenFolder {
  readonly hostPath: string;
  /** Path at which the folder's content appears in the layer, such as `/workspace`. */
  readonly path: string;
  /** Users of the files. If it is missing or null, the IDs of layers apply. */
  readonly owner?: FolderOwner | null;
  /** Paths of folders, relative to this one, whose content does not become part of the layer. */
  readonly emptied?: readonly string[];
}

/** Range of user and group IDs on this host. The first one is root in the layer. */
export interface FolderOwner {
  readonly firstId: number;
  readonly count: number;
  /** Host ID of root in the layer, in place of the first ID. */
  readonly rootId?: number;
}

/**
 * Stores read-only file trees on this machine, by digest. Layers are a cache: a layer that is not in use or held may be removed at any time, and the
 * caller then adds it again.
 */
export interface Layers {
  /** How layers are stored, such as "erofs", and why a better way is not used. */
  readonly format: { readonly name: string; readonly reason: string };
  /**
   * Adds a layer, or replaces a broken one. Device nodes are left out, and setuid bits are data only. Throws `invalid_input` if the content is
   * malformed, leaves its root or has missing parts, `too_large` if it exceeds a limit, `unavailable` if this machine cannot store it, or
   * the error of the source.
   */
  add(source: LayerSource, signal: AbortSignal): Promise<Layer>;
  /** Returns the layer, or null if this machine does not have it or it is broken. */
  find(digest: LayerDigest): Promise<Layer | null>;
  /**
   * Makes layers readable. Throws `not_found` if one of them is missing, `layer_broken` if one is damaged, and `unavailable` if this machine
   * cannot mount layers at the moment. The session can then start without its project.
   */
  mount(digests: readonly LayerDigest[], signal: AbortSignal): Promise<MountedLayers>;
  /**
   * Reads a folder of a layer as a tar archive, whose names start with `./`. Its content is untrusted. Throws the errors of `mount`, and
   * `unavailable` if the layer has no such folder.
   */
  readFolder(digest: LayerDigest, path: string, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Reads a whole layer as a tar archive for a source of the kind `layer`. Throws the errors of `mount`. */
  export(digest: LayerDigest, signal: AbortSignal): AsyncIterable<Buffer>;
  /**
   * Searches folders that a build wrote for texts: the content of files, names, targets of links and extended attributes. Does not follow
   * links. Returns the first match, or null. Throws `unavailable` if the search fails.
   */
  findText(
    folders: readonly WrittenFolder[],
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<FoundText | null>;
  /**
   * Returns access to these layers that also keeps each layer which it adds or finds: eviction does not remove the layer until `release`.
   * Holds nothing at first.
   */
  hold(): HeldLayers;
  /** Removes a layer. Returns false if it is in use or held, or if another process works on it. Idempotent. */
  remove(digest: LayerDigest): Promise<boolean>;
  /** Removes layers, least recently used first, until the rest is within the limit. Layers in use or held remain. Returns the removed layers. */
  evict(): Promise<readonly LayerDigest[]>;
  /** Unmounts every layer that is no longer in use. */
  close(): Promise<void>;
}

export interface HeldLayers {
  /** See `Layers.add`. */
  add(source: LayerSource, signal: AbortSignal): Promise<Layer>;
  /** See `Layers.find`. */
  find(digest: LayerDigest, signal: AbortSignal): Promise<Layer | null>;
  /** Ends the hold. Idempotent. */
  release(): Promise<void>;
}

export interface FoundText {
  /** Path of the file in the layer. If a name contains the text, the path of a folder above it. */
  readonly path: string;
  /** Position of the text in the searched texts. */
  readonly index: number;
}

export interface MountedLayers {
  /** Folders of the layers on this host, in the order of the digests. */
  readonly folders: readonly MountedLayer[];
  /** Ends the use of the layers. Idempotent. */
  release(): Promise<void>;
}

export interface MountedLayer {
  /**
   * Host path of the layer's root. Only the server's user can reach it, so a sandbox binds it before it gives up its rights. If `firstId`
   * is not null, the mount is read-only and ignores setuid bits and device nodes.
   */
  readonly path: string;
  /** Host ID that owns the files of ID 0 in the layer. Null if the server is not root, so that all files belong to its user. */
  readonly firstId: number | null;
}
