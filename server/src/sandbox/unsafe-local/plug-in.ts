import { dirname } from "node:path";
import type { SandboxPlugIn } from "../plug-in.ts";
import { createUnsafeLocal } from "./create-unsafe-local.ts";

export const unsafeLocal: SandboxPlugIn = {
  name: "unsafe-local",
  missingIsolation: {
    detail: "TEMBO_SANDBOX=unsafe-local: harnesses have the same access as the server",
    fix: "Unset TEMBO_SANDBOX. Use unsafe-local only on machines that run nothing but Tembo.",
  },
  create: ({ dataDir, nodeBinary, log }) =>
    createUnsafeLocal({ dataDir, nodeFolder: dirname(nodeBinary), log }),
};
