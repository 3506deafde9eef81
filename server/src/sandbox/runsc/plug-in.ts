import type { SandboxCheck, SandboxCheckInput, SandboxPlugIn } from "../plug-in.ts";
import { createRunsc } from "./create-runsc.ts";

export const runsc: SandboxPlugIn = {
  name: "runsc",
  missingIsolation: null,
  create: createRunsc,
  checkGuard,
};

async function checkGuard({ isChosen, run }: SandboxCheckInput): Promise<SandboxCheck> {
  const row = { name: "gVisor", isRequired: isChosen };
  const { code, output, isMissing } = await run(["runsc", "--version"]);
  if (code === 0) return { ...row, detail: `installed: ${output.split("\n")[0]}`, fix: null };
  return {
    ...row,
    detail: isMissing
      ? "not installed: sandboxes share this machine's kernel"
      : `runsc does not run: ${output}`,
    fix: isChosen
      ? "Install runsc, or unset TEMBO_SANDBOX."
      : "To give each sandbox its own kernel, install gVisor's runsc and set TEMBO_SANDBOX=runsc.",
  };
}
