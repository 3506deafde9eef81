import type { Sandbox } from "../../core/turns/index.ts";

function noUse(): never {
  throw new Error("The replay of a recording does not use this part of a sandbox.");
}

/** Parts of a sandbox that a harness does not use. */
export const partsWithoutUse: Omit<
  Sandbox,
  "workspacePath" | "homePath" | "modelUrl" | "tools" | "spawn" | "stop"
> = {
  openTerminal: noUse,
  forward: noUse,
  connect: noUse,
  readFile: noUse,
  exportFolder: noUse,
  importFolder: noUse,
  limitReached: () => null,
  pause: async () => true,
  resume: async () => {},
  memoryBytes: async () => 0,
};
