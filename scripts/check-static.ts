/**
 * Runs every check that needs no test run: `node scripts/check-static.ts [--root FOLDER]`
 *
 * A failed check does not stop the others. Each check prints one line. The last line of the output contains the number
 * of passed and failed checks.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { noCounts, publishCounts } from "./counts.ts";
import { findLayeringViolations } from "./dependency-rules.ts";
import { findTextFaults } from "./text-rules.ts";

interface Check {
  readonly name: string;
  /** Returns the text to print if the check fails, or null if it passes. */
  run(): string | null;
}

const { values: options } = parseArgs({ options: { root: { type: "string" } } });
const root = resolve(options.root ?? join(import.meta.dirname, ".."));
const tool = (name: string) => join(import.meta.dirname, "../node_modules/.bin", name);
/** Generated files that are committed, so that reviewers see how they change. */
const generated = [
  "contract/src/openapi/component-names.txt",
  "docs/benchmarks.md",
  "docs/charts",
  "docs/reference",
  "sdk/src/limits.ts",
  "server/src/store/schema.sql",
];

const checks: Check[] = [
  { name: "format and lint", run: () => runTool(tool("biome"), ["ci", "--colors=off", "."]) },
  { name: "types", run: () => runTool(tool("tsc"), ["-p", "."]) },
  { name: "types of the pages", run: checkTypesOfPages },
  { name: "layering", run: checkLayering },
  { name: "text", run: checkText },
  { name: "spelling", run: () => runTool(tool("cspell"), ["lint", "--no-progress", "--no-summary"]) },
  { name: "unused code", run: () => runTool(tool("knip"), ["--no-progress"]) },
];
if (hasScript("generate")) checks.push({ name: "generated files", run: checkGenerated });

let failed = 0;
for (const check of checks) {
  const startedAt = performance.now();
  const complaint = runCheck(check);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${complaint === null ? "pass" : "FAIL"}  ${check.name} (${seconds} s)`);
  if (complaint !== null) {
    failed += 1;
    console.log(complaint.trim().replaceAll(/^/gm, "      "));
  }
}
const passed = checks.length - failed;
publishCounts("check-static", { ...noCounts, passed, failed });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Runs a check. Reports a check that throws as failed, so that the remaining checks still run. */
function runCheck(check: Check): string | null {
  try {
    return check.run();
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function checkTypesOfPages(): string | null {
  return runTool(tool("tsc"), ["-p", "web"]) ?? runTool(tool("tsc"), ["-p", "site"]);
}

function checkLayering(): string | null {
  const { violations } = findLayeringViolations(root);
  if (violations.length === 0) return null;
  return violations.map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`).join("\n");
}

function checkText(): string | null {
  const faults = findTextFaults(root);
  return faults.length === 0 ? null : faults.join("\n");
}

/** Reports files that change during regeneration, and generated files that are not committed. */
function checkGenerated(): string | null {
  const complaint = runTool("npm", ["run", "--silent", "generate"]);
  if (complaint !== null) return complaint;
  const paths = generated.filter((path) => existsSync(join(root, path)));
  const status = runTool("git", ["diff", "--exit-code", "--stat", "--", ...paths]);
  if (status !== null) return `Run "npm run generate" and commit the changes.\n${status}`;
  const unknown = spawnSync("git", ["ls-files", "--others", "--exclude-standard", "--", ...paths], {
    cwd: root,
    encoding: "utf8",
  });
  if (unknown.status !== 0) return unknown.stderr;
  return unknown.stdout === "" ? null : `Commit the generated files:\n${unknown.stdout}`;
}

function hasScript(name: string): boolean {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return scripts?.[name] !== undefined;
}

function runTool(command: string, args: readonly string[]): string | null {
  const run = spawnSync(command, args, {
    cwd: root,
    // Tools start with "#!/usr/bin/env node", and some of them need this Node version.
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    timeout: 5 * 60_000,
  });
  if (run.error) throw run.error;
  return run.status === 0
    ? null
    : `${run.stdout}${run.stderr}` || `${command} exited with ${run.status ?? run.signal}`;
}
