/** Runs the test suites: node scripts/test.ts [pure|unit|contract|e2e|browser|adapters|long|containment|harnesses|nightly|install|image|environments] [--filter PATTERN] [--file TEXT] [--all] [--repeat] */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { addCounts, noCounts, publishCounts } from "./counts.ts";
import { chooseSuites, groups, namedGroups } from "./test/choose-suites.ts";
import { Repeats } from "./test/repeat.ts";
import { runSuite } from "./test/run-suite.ts";

const root = resolve(process.env.TEMBO_TEST_ROOT ?? join(import.meta.dirname, ".."));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    filter: { type: "string" },
    file: { type: "string" },
    all: { type: "boolean" },
    // Only CI runs failed tests again.
    repeat: { type: "boolean", default: false },
  },
});
const unknown = positionals.find((name) => !groups.includes(name));
if (unknown !== undefined) {
  console.error(
    `Unknown group "${unknown}". Choose from ${groups.join(", ")}, or omit the group to run all groups except ${namedGroups.join(", ")}.`,
  );
  process.exit(2);
}
const resultsFolder = process.env.TEMBO_RESULTS_DIR ?? null;
if (options.repeat && resultsFolder === null) {
  console.error("--repeat requires TEMBO_RESULTS_DIR, the folder that the groups of a CI run share.");
  process.exit(2);
}
const repeats = options.repeat && resultsFolder !== null ? new Repeats(resultsFolder) : null;

// Installed before a suite starts its database and its server, which the runner must stop. A second signal ends the
// runner at once.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stop.abort(new Error(`The runner received ${signal}.`)));

let total = noCounts;
const repeated: string[] = [];
for (const suite of chooseSuites({
  root,
  groups: positionals,
  file: options.file,
  isAll: options.all === true,
})) {
  if (suite.files.length === 0) continue;
  const outcome = await runSuite(suite, {
    root,
    groups: positionals,
    filter: options.filter,
    resultsFolder,
    repeats,
    signal: stop.signal,
  });
  total = addCounts(total, outcome.counts);
  repeated.push(...outcome.repeated);
  if (stop.signal.aborted) break;
}
const group = namedGroups.find((name) => positionals.includes(name)) ?? "test";
publishCounts(group, total);
const lines = repeated.map((title) => `REPEATED ${title}: it failed, and passed when its files ran again.\n`);
process.stdout.write(lines.join(""));
if (resultsFolder !== null && lines.length > 0)
  writeFileSync(join(resultsFolder, `${group}.repeated`), lines.join(""));
const ran = total.passed + total.failed;
if (ran === 0) console.error("No tests ran, because no test matches.");
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || ran === 0 ? 1 : 0;
