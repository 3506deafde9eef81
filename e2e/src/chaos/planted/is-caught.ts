import { planFaults } from "../plan/faults.ts";
import { planWork } from "../plan/work.ts";
import { runChaos } from "../run-chaos.ts";
import { bugs, control } from "./bugs.ts";
import { copyTree } from "./copy-tree.ts";

export interface PlantedOptions {
  readonly root: string;
  readonly harnesses: string;
  /** Name of the bug. */
  readonly name: string;
  readonly seed: number;
  readonly print: (line: string) => void;
}

const minutes = 3;
/** Many turns with short commands, so that turns complete before and after the frequent faults. */
const work = { minutes, sessions: 10, commandsS: [1, 2, 5, 12], mostMessages: 8 };
const quietLimitMs = 180_000;

/**
 * Runs a copy of the product that has the bug, and returns true if the checker finds the bug. For the control, returns
 * true if the checker finds nothing.
 */
export async function isCaught({ root, harnesses, name, seed, print }: PlantedOptions): Promise<boolean> {
  const bug = [control, ...bugs].find((one) => one.name === name)!;
  await using cleanup = new AsyncDisposableStack();
  print(`The planted bug ${name} runs with seed ${seed}.`);
  const planted = await copyTree(root, bug.patches, cleanup);
  const { violations } = await runChaos({
    ...{ seed, servers: 1, workers: 2, store: "folder", harnesses, print, quietLimitMs },
    root: planted,
    newRoot: planted,
    faults: planFaults({ seed, minutes, kinds: bug.faults, everyMs: bug.everyMs ?? 12_000 }),
    work: planWork({ seed, ...work }),
  });
  for (const { rule, message } of violations) print(`${rule}: ${message}`);
  if (bug === control) return violations.length === 0;
  return violations.some(({ rule }) => bug.caughtBy.some((one) => one.name === rule));
}
