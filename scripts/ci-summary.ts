/**
 * Adds up the counts of CI's runners: `node scripts/ci-summary.ts FOLDER RUNNER:EXITCODE ...`
 *
 * The last line of the output is `N passed, N failed`. A runner counts as one failure if it has no result file, or if
 * it exited with an error without reporting a failure.
 */
import { join } from "node:path";
import { addCounts, type Counts, noCounts, readCounts } from "./counts.ts";

const [folder, ...runners] = process.argv.slice(2);
if (folder === undefined || runners.length === 0) {
  console.error("Usage: node scripts/ci-summary.ts FOLDER RUNNER:EXITCODE ...");
  process.exit(2);
}
const total = runners.map((runner) => countsOf(folder, runner)).reduce(addCounts);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function countsOf(folder: string, runner: string): Counts {
  const [name = "", exitCode = ""] = runner.split(":");
  const counts = readCounts(join(folder, `${name}.json`));
  if (counts === null) {
    console.log(`${name} did not write a result`);
    return { ...noCounts, failed: 1 };
  }
  if (exitCode !== "0" && counts.failed === 0) {
    console.log(`${name} exited with ${exitCode || "no exit code"} but counted no failures`);
    return { ...counts, failed: 1 };
  }
  return counts;
}
