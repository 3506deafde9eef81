import { bubblewrap } from "./bubblewrap/plug-in.ts";
import type { SandboxPlugIn } from "./plug-in.ts";
import { runsc } from "./runsc/plug-in.ts";
import { unsafeLocal } from "./unsafe-local/plug-in.ts";

/** All sandboxes. The first one is the default. */
export const sandboxPlugIns: readonly [SandboxPlugIn, ...SandboxPlugIn[]] = [bubblewrap, runsc, unsafeLocal];

export const defaultSandbox = sandboxPlugIns[0];

/** Returns the plug-in with a name that the configuration has already validated. */
export const findSandbox = (name: string): SandboxPlugIn =>
  sandboxPlugIns.find((plugIn) => plugIn.name === name) ?? defaultSandbox;
