import { dirname } from "node:path";
import type { SandboxPlugIn } from "../plug-in.ts";
import { createUnsafeLocal } from "./create-unsafe-local.ts";

export const unsafeLocal: SandboxPlugIn = {
  name: "unsafe-local",
  missingIsolation: {
    detail: "TEMBO_SANDBOX=unsafe-local: harnesses can do what the server can",
    fix: "Unset TEMBO_SANDBOX. unsafe-local is for machines that hold nothing but Tembo.",
  },
  create: ({ dataDir, nodeBinary, log }) =>
    createUnsafeLocal({ dataDir, nodeFolder: dirname(nodeBinary), log }),
};
