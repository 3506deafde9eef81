import type { SandboxPlugIn } from "../plug-in.ts";
import { checkTools } from "./check-tools.ts";
import { createBubblewrap } from "./create-bubblewrap.ts";

export const bubblewrap: SandboxPlugIn = {
  name: "bubblewrap",
  missingIsolation: null,
  runsContainers: true,
  create: createBubblewrap,
  checkTools,
  publicDetails: {
    bubblewrap: /^bubblewrap (\d+(\.\d+)+(; a trial sandbox runs| is too old)?|is not installed)/,
    setpriv: /^setpriv (from util-linux \d+(\.\d+)+|is not installed)/,
  },
};
