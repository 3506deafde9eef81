import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { defaultHarnesses, prepareHarnesses } from "../../../scripts/harness-cache.ts";
import { type ChaosOptions, readOptions, usage } from "./options.ts";
import { bugs, control } from "./planted/bugs.ts";

const root = join(import.meta.dirname, "../../..");
const argv = process.argv.slice(2);
if (argv.includes("--help")) console.log(usage);
else process.exitCode = start(readOptions(argv, Date.now()));

/** Returns the exit code. */
function start(options: ChaosOptions): number {
  if (process.getuid?.() !== 0) throw new Error("The test creates namespaces, so it needs root.");
  const env = { ...process.env, ...prepareHarnesses(root, defaultHarnesses) };
  if (!options.isPlanted) return runApart(argv, env);
  const all = [control, ...bugs];
  const chosen = all.filter(({ name }) => options.bug === null || name === options.bug);
  if (chosen.length === 0) throw new Error(`Choose one of ${all.map(({ name }) => name).join(", ")}.`);
  const results = chosen.map(({ name }) => {
    const code = runApart(["--planted", "--bug", name, "--seed", String(options.seed)], env);
    return { name, isRight: code === 0 };
  });
  const width = Math.max(...results.map(({ name }) => name.length));
  for (const { name, isRight } of results) {
    const [right, wrong] = name === control.name ? ["clean", "NOT CLEAN"] : ["caught", "MISSED"];
    console.log(`${name.padEnd(width)}  ${isRight ? right : wrong}`);
  }
  return results.every(({ isRight }) => isRight) ? 0 : 1;
}

/** Runs run.ts in its own namespaces, so that no machine, network or mount of the test remains when it ends. */
function runApart(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const program = [process.execPath, join(import.meta.dirname, "run.ts"), ...args];
  return spawnSync("unshare", [...namespaces, ...program], { stdio: "inherit", env }).status ?? 1;
}
