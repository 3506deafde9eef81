import type { SandboxCheck, SandboxCheckInput, SandboxPlugIn } from "../plug-in.ts";
import { createRunsc } from "./create-runsc.ts";

export const runsc: SandboxPlugIn = {
  name: "runsc",
  missingIsolation: null,
  create: createRunsc,
  checkGuard,
  publicDetails: {
    "guard: gVisor": /^(not in effect: )?(installed: runsc version [\d.~-]+|runsc is not installed)/,
  },
};

async function checkGuard({ isChosen, run, findProblem }: SandboxCheckInput): Promise<SandboxCheck> {
  const row = { name: "gVisor", isRequired: isChosen };
  const [{ code, output, isMissing }, problem] = await Promise.all([
    run(["runsc", "--version"]),
    isChosen ? findProblem() : null,
  ]);
  if (problem !== null) return { ...row, detail: problem, fix: "Install runsc, or unset TEMBO_SANDBOX." };
  if (code === 0) return { ...row, detail: `installed: ${output.split("\n")[0]}`, fix: null };
  return {
    ...row,
    detail: isMissing
      ? "not installed: sandboxes share this machine's kernel"
      : `runsc does not run: ${output}`,
    fix: "To give each sandbox its own kernel, install gVisor's runsc and set TEMBO_SANDBOX=runsc.",
  };
}
