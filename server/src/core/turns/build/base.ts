import type { LayerDigest } from "../layer/layers.ts";

/** System below the setup layer of an environment. */
export interface Base {
  /** Digest that changes with the content of the layers. It becomes part of the build's identity. */
  readonly identity: string;
  /** Reference from which missing layers can be fetched again, or null if only a build can make them. */
  readonly pinned: string | null;
  /** Variables of the system. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Adds the layers that this machine lacks, and returns the digests of all, lowest first. Throws an error for people if
   * they cannot be used.
   */
  load(signal: AbortSignal): Promise<readonly [LayerDigest, ...LayerDigest[]]>;
}
