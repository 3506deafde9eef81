import type { Environment } from "../../sessions/index.ts";
import type { LayerDigest } from "../layer/layers.ts";
import type { SandboxSystem } from "../sandbox/sandbox.ts";

/** Returns the system of the sandboxes that use an environment, or null for the machine's own system. Pure. */
export function systemOf({ layers, base }: Pick<Environment, "layers" | "base">): SandboxSystem | null {
  const [lowest, ...others] = layers as readonly LayerDigest[];
  if (base === null || lowest === undefined) return null;
  return { layers: [lowest, ...others], profile: base.user, env: base.env };
}

/** Returns the layer with the workspace and HOME. Pure. */
export const setupLayerOf = ({ layers }: Pick<Environment, "layers">) => layers.at(-1) as LayerDigest;
