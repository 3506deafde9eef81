import type { SandboxCheck, SandboxCheckInput } from "../sandbox/plug-in.ts";
import { sandboxPlugIns } from "../sandbox/plug-ins.ts";
import { type Check, failed, passed } from "./check.ts";
import { runTool } from "./run-tool.ts";

export interface SandboxesInput {
  readonly path: string;
  /** Name of the sandbox that the operator chose. */
  readonly chosen: string;
  readonly sandboxUser: SandboxCheckInput["sandboxUser"];
}

/**
 * Checks the tools of every sandbox. The first result, `trial`, shows whether a sandbox with namespaces can run on this
 * machine.
 */
export async function checkSandboxTools(
  input: SandboxesInput,
): Promise<{ readonly checks: readonly Check[]; readonly trial: Check | null }> {
  const found = await Promise.all(
    sandboxPlugIns.map(async (plugIn) => (await plugIn.checkTools?.(inputFor(plugIn.name, input))) ?? []),
  );
  const checks = found.flat().map(checkOf);
  return { checks, trial: checks[0] ?? null };
}

/** Checks the guards that sandboxes add if they are installed. */
export async function checkSandboxGuards(input: SandboxesInput): Promise<readonly SandboxCheck[]> {
  const found = await Promise.all(
    sandboxPlugIns.map((plugIn) => plugIn.checkGuard?.(inputFor(plugIn.name, input)) ?? null),
  );
  return found.filter((check) => check !== null);
}

const inputFor = (name: string, { path, chosen, sandboxUser }: SandboxesInput): SandboxCheckInput => ({
  isChosen: name === chosen,
  sandboxUser,
  withoutIsolation: sandboxPlugIns.find((one) => one.missingIsolation !== null)?.name ?? null,
  run: (argv, user = null) => runTool(argv, path, user),
});

const checkOf = ({ name, detail, fix, isRequired }: SandboxCheck): Check =>
  fix === null ? passed(name, detail, isRequired) : failed(name, detail, fix, isRequired);
