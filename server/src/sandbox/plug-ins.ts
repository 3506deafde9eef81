import { bubblewrap } from "./bubblewrap/plug-in.ts";
import type { SandboxPlugIn } from "./plug-in.ts";
import { runsc } from "./runsc/plug-in.ts";
import { unsafeLocal } from "./unsafe-local/plug-in.ts";

/** All sandboxes. The first is the default. */
export const sandboxPlugIns: readonly [SandboxPlugIn, ...SandboxPlugIn[]] = [bubblewrap, runsc, unsafeLocal];

export const defaultSandbox = sandboxPlugIns[0];

/** Returns the plug-in with this name. Throws an `Error` if there is none. The configuration validates the name earlier. */
export function getSandbox(name: string): SandboxPlugIn {
  const plugIn = sandboxPlugIns.find((candidate) => candidate.name === name);
  if (plugIn === undefined) throw new Error(`Unknown sandbox "${name}".`);
  return plugIn;
}
