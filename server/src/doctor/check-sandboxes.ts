import type { SandboxCheck, SandboxCheckInput, SandboxPlugIn } from "../sandbox/plug-in.ts";
import { sandboxPlugIns } from "../sandbox/plug-ins.ts";
import { type Check, failed, passed } from "./check.ts";
import { runTool } from "./run-tool.ts";
import { trySandbox } from "./try-sandbox.ts";

export interface SandboxesInput {
  /** Folders in which a worker searches for the host programs that start a sandbox. */
  readonly programFolders: readonly string[];
  /** Name of the sandbox that the operator chose. */
  readonly chosen: string;
  readonly isRoot: boolean;
  /** First user ID of the sandboxes if the server is root. */
  readonly uidBase: number;
}

/**
 * Checks the tools of every sandbox. The first result, `trial`, shows whether a sandbox with namespaces can run on this
 * machine.
 */
export async function checkSandboxTools(
  input: SandboxesInput,
): Promise<{ readonly checks: readonly Check[]; readonly trial: Check | null }> {
  const found = await Promise.all(
    sandboxPlugIns.map(async (plugIn) => (await plugIn.checkTools?.(inputFor(plugIn, input))) ?? []),
  );
  const checks = found.flat().map(checkOf);
  return { checks, trial: checks[0] ?? null };
}

/** Checks the guards that sandboxes add if they are installed. */
export async function checkSandboxGuards(input: SandboxesInput): Promise<readonly SandboxCheck[]> {
  const found = await Promise.all(
    sandboxPlugIns.map((plugIn) => plugIn.checkGuard?.(inputFor(plugIn, input)) ?? null),
  );
  return found.filter((check) => check !== null);
}

const inputFor = (plugIn: SandboxPlugIn, input: SandboxesInput): SandboxCheckInput => ({
  isChosen: plugIn.name === input.chosen,
  isRoot: input.isRoot,
  withoutIsolation: sandboxPlugIns.find((one) => one.missingIsolation !== null)?.name ?? null,
  run: (argv) => runTool(argv, input.programFolders.join(":")),
  findProblem: () => trySandbox(plugIn, input),
});

const checkOf = ({ name, detail, fix, isRequired }: SandboxCheck): Check =>
  fix === null ? passed(name, detail, isRequired) : failed(name, detail, fix, isRequired);
