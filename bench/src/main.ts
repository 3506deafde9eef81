import { fileURLToPath } from "node:url";
import { benches } from "./benches.ts";
import { compare } from "./compare/compare.ts";
import { describeMachine, thisMachine } from "./report/machine.ts";
import { parseBenchCommand } from "./run/options.ts";
import { runBenches } from "./run/run-benches.ts";

/**
 * Runs all benches, or those that are named: `npm run bench -- [all | NAME...] [--sessions N] [--events N]
 * [--quiet-runs N] [--loaded-runs N]`. Or compares this checkout with another commit: `npm run bench -- compare COMMIT`
 */
async function main(args: readonly string[]): Promise<number> {
  const machine = thisMachine();
  console.log(`${describeMachine(machine)}, node ${machine.node}, kernel ${machine.kernel}`);
  const print = (line: string) => console.log(line);
  const printProgress = (line: string) => process.stderr.write(`${line}\n`);
  if (args[0] === "compare") {
    const [, base, ...more] = args;
    if (base === undefined || more.length > 0)
      throw new Error("Specify one commit: npm run bench -- compare COMMIT");
    return await compare(fileURLToPath(new URL("../../", import.meta.url)), base, { print, printProgress });
  }
  const folder = fileURLToPath(new URL("../results/", import.meta.url));
  return await runBenches({ benches, machine, folder, print, printProgress }, parseBenchCommand(args));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 2;
}
