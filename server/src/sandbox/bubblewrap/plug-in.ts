import type { SandboxPlugIn } from "../plug-in.ts";
import { checkTools } from "./check-tools.ts";
import { createBubblewrap } from "./create-bubblewrap.ts";

export const bubblewrap: SandboxPlugIn = {
  name: "bubblewrap",
  missingIsolation: null,
  runsContainers: true,
  create: createBubblewrap,
  checkTools,
};
