import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const command = join(import.meta.dirname, "../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
const places = ["contract", "server", "sdk", "cli", "web", "site", "e2e", "bench", "scripts", "images"];

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Runs dependency-cruiser with the configuration of `root` over the packages that exist there. Throws if there are no
 * modules. If dependency-cruiser cannot use the compiler, it finds no modules and reports success.
 */
export function findLayeringViolations(root: string): { moduleCount: number; violations: Violation[] } {
  const run = spawnSync(
    process.execPath,
    [
      command,
      "--config",
      ".dependency-cruiser.mjs",
      "--output-type",
      "json",
      ...places.filter((place) => existsSync(join(root, place))),
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 256 * 1024 * 1024, timeout: 5 * 60_000 },
  );
  if (run.error) throw run.error;
  if (!run.stdout.startsWith("{"))
    throw new Error(`dependency-cruiser did not run: ${run.stderr || run.stdout}`);
  const { summary } = JSON.parse(run.stdout) as CruiseResult;
  if (summary.totalCruised === 0) {
    throw new Error(
      "dependency-cruiser found no modules, so its rules check nothing. Pin typescript to a version that it supports.",
    );
  }
  return {
    moduleCount: summary.totalCruised,
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

interface CruiseResult {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}
