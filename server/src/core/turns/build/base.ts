import type { ProjectUser } from "../../sessions/index.ts";
import type { LayerDigest } from "../layer/layers.ts";

/** System below the setup layer of an environment. */
export interface Base {
  /** Digest that changes with the content of the layers. It becomes part of the build's identity. */
  readonly identity: string;
  /** Reference from which missing layers can be fetched again, or null if only a build can make them. */
  readonly pinned: string | null;
  /** User of the programs if the system requires one. Otherwise, the project chooses it. */
  readonly user?: ProjectUser | null;
  /** Scripts that the build runs in folders of the workspace, before the setup script. */
  readonly setup?: readonly { readonly name: string; readonly script: string; readonly directory: string }[];
  /** Script that runs at each start of a sandbox, before the project's start script. */
  readonly startScript?: string | null;
  /** Ports that a session publishes in its first turn. */
  readonly ports?: readonly number[];
  /** Adds the layers that this machine lacks, or builds them. Throws an error for people if they cannot be used. */
  load(signal: AbortSignal): Promise<LoadedBase>;
}

export interface LoadedBase {
  /** Layers of the system, lowest first. */
  readonly layers: readonly [LayerDigest, ...LayerDigest[]];
  /** Variables of the system. */
  readonly env: Readonly<Record<string, string>>;
}
