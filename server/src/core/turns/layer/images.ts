/** Fetches container images from registries. Everything that a registry returns is untrusted. */
export interface Images {
  /**
   * Finds the image for this machine's processor. `reference` has the same form as in docker commands, such as `debian:13` or
   * `ghcr.io/owner/name@sha256:...`. Throws `invalid_input` if the reference is malformed, `image_failed`, with what to change, if the
   * registry does not provide a usable image, and `unreachable` if the server may not connect to it.
   */
  resolve(request: ImageRequest, signal: AbortSignal): Promise<RemoteImage>;
  /**
   * Reads the only image of an OCI image layout, such as the result of a build. Throws `image_failed` if the layout is not valid, `too_large` if
   * its layers exceed the limit, and the errors of the layout.
   */
  readLayout(layout: ImageLayout, signal: AbortSignal): Promise<LocalImage>;
  /**
   * Downloads a feature of dev containers, which has at most 500 files and 16 MiB. Throws the errors of `resolve`, and `image_failed` if it
   * is not a feature, is larger or contains a link.
   */
  readFeature(request: ImageRequest, signal: AbortSignal): Promise<RemoteFeature>;
}

export interface FeatureFile {
  /** Relative path of names that are neither empty nor "." or "..". */
  readonly path: string;
  readonly isExecutable: boolean;
  readonly content: Buffer;
}

/** Feature of dev containers in a registry. */
export interface RemoteFeature {
  /** Reference with a digest, which always means the same content. */
  readonly pinned: string;
  readonly files: readonly FeatureFile[];
}

export interface ImageRequest {
  readonly reference: string;
  readonly credential: ImageCredential | null;
}

export interface ImageCredential {
  /** Host of the only registry that receives the credential, or null for the registry of the reference. */
  readonly registry: string | null;
  readonly username: string;
  readonly password: string;
}

/** Folder with the files of an OCI image layout. */
export interface ImageLayout {
  /** Reads a file, such as `index.json`. */
  readonly open: (path: string, signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

export interface RemoteImage extends LocalImage {
  /** Reference with a digest, which always means the same content. */
  readonly pinned: string;
}

export interface LocalImage {
  readonly config: ImageConfig;
  /**
   * Downloads the layers, lowest first, each as a compressed tar archive. Throws `image_failed` if a layer does not have its digest or cannot
   * be downloaded.
   */
  download(signal: AbortSignal): AsyncIterable<AsyncIterable<Uint8Array>>;
}

/** Settings of an image that a sandbox may use. */
export interface ImageConfig {
  /** Variables in the form `NAME=value`. */
  readonly env: readonly string[];
  /** User as a name or an ID, or an empty string for root. */
  readonly user: string;
  readonly workingFolder: string;
}
