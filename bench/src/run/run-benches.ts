import type { Bench } from "../benches.ts";
import { loadAverage, type Machine } from "../report/machine.ts";
import type { BenchName } from "../report/order.ts";
import { saveResults } from "../report/save-results.ts";
import type { SavedResult } from "../report/saved-result.ts";
import { renderRun, renderTable } from "../report/table.ts";
import { exceptionsOf } from "../support/setting-exceptions.ts";
import type { BenchCommand } from "./options.ts";

export interface BenchRun {
  readonly benches: Readonly<Record<BenchName, Bench>>;
  readonly machine: Machine;
  /** Folder that receives a file for each bench. */
  readonly folder: string;
  readonly print: (line: string) => void;
  readonly printProgress: (line: string) => void;
}

/**
 * Runs the benches one after the other, saves their results and prints them. At the end, prints one table of all
 * results. A bench that fails does not stop the others. A missed goal is not a failure. Returns the exit code.
 */
export async function runBenches(
  { benches, machine, folder, print, printProgress }: BenchRun,
  command: BenchCommand,
): Promise<number> {
  const results: SavedResult[] = [];
  const failures: string[] = [];
  for (const name of command.names) {
    const loadBefore = loadAverage();
    const startedAt = performance.now();
    try {
      const report = await benches[name]((line) => printProgress(`${name}: ${line}`), command);
      const minutes = (performance.now() - startedAt) / 60_000;
      const circumstances = {
        command: command.command(name),
        machine,
        exceptions: exceptionsOf(name),
        loadBefore,
        loadAfter: loadAverage(),
        minutes: Math.round(minutes * 10) / 10,
      };
      results.push(await saveResults(folder, resultName(name, command), report, circumstances));
      print(
        `\n${name} (${minutes.toFixed(1)} minutes, load average ${loadBefore} before, ${circumstances.loadAfter} after)`,
      );
      print(renderTable(report.figures));
      for (const note of report.notes) print(note);
    } catch (cause) {
      failures.push(name);
      print(`\n${name} failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
    }
  }
  if (results.length > 1) print(`\n${renderRun(results)}`);
  if (failures.length > 0) print(`\nThese benches failed: ${failures.join(", ")}.`);
  return failures.length === 0 ? 0 : 1;
}

/** A number of sessions other than a million has a separate results file. */
function resultName(name: BenchName, { sessions }: BenchCommand): string {
  return name === "api" && sessions !== 1_000_000 ? `api-${sessions}` : name;
}
