import type { Environment, Project } from "../../sessions/index.ts";
import type { LayerDigest } from "../layer/layers.ts";
import type { SandboxSystem } from "../sandbox/sandbox.ts";
import { inDevShell } from "./dev-shell-variables.ts";

/**
 * Returns the system of the sandboxes that use an environment, or null for the machine's own system. The project's permission for containers
 * applies at once, because it does not change the environment. Pure.
 */
export function systemOf(
  { layers, base }: Pick<Environment, "layers" | "base">,
  project: Pick<Project, "allowsContainers"> | null,
): SandboxSystem | null {
  const [lowest, ...others] = layers as readonly LayerDigest[];
  if (base === null || lowest === undefined) return null;
  return {
    layers: [lowest, ...others],
    profile: base.user,
    allowsContainers: project?.allowsContainers === true && base.user === "root",
    env: inDevShell(base.env, base.devShell ?? {}),
  };
}

/** Returns the layer with the workspace and HOME. Pure. */
/** Returns the layers that no registry has: the setup layer, and a base that was built from a Dockerfile. */
export const ownLayersOf = ({ base, layers }: Pick<Environment, "base" | "layers">) =>
  layers.slice(base?.pinned ? 1 : 0) as LayerDigest[];

export const setupLayerOf = ({ layers }: Pick<Environment, "layers">) => layers.at(-1) as LayerDigest;
