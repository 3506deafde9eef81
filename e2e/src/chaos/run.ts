import { join } from "node:path";
import { readOptions } from "./options.ts";
import { planFaults } from "./plan/faults.ts";
import { planWork } from "./plan/work.ts";
import { isCaught } from "./planted/is-caught.ts";
import { renderReport } from "./report.ts";
import { runChaos } from "./run-chaos.ts";
import { copyNextVersion } from "./upgrade.ts";

const root = join(import.meta.dirname, "../../..");
const options = readOptions(process.argv.slice(2), Date.now());
const harnesses = process.env.TEMBO_TEST_HARNESS_DIR;
if (harnesses === undefined) throw new Error("Start this program with main.ts.");
const startedAt = performance.now();
const print = (line: string) =>
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(7)} s  ${line}`);

const isRight =
  options.bug === null
    ? await runOnce()
    : await isCaught({ root, harnesses, name: options.bug, seed: options.seed, print });
// The model and the forge keep connections open.
process.exit(isRight ? 0 : 1);

async function runOnce(): Promise<boolean> {
  const { seed, minutes, sessions, servers, workers, store } = options;
  await using cleanup = new AsyncDisposableStack();
  print(`Seed ${seed}. Repeat this run with --seed ${seed} and the same options.`);
  const newRoot = await copyNextVersion(root, cleanup);
  const outcome = await runChaos({
    ...{ seed, servers, workers, store, root, newRoot, harnesses: harnesses!, print },
    faults: planFaults({ seed, minutes }),
    work: planWork({ seed, minutes, sessions }),
    quietLimitMs: 10 * 60_000,
  });
  console.log(renderReport(outcome));
  return outcome.violations.length === 0;
}
