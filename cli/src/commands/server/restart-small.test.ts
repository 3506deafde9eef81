import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "tembo-small-"));
after(() => rmSync(folder, { recursive: true }));
const [compiled, own] = [join(folder, "compiled"), join(folder, "own")];
const program = JSON.stringify(new URL("./restart-small.ts", import.meta.url).href);
const script = `
  import { restartSmall } from ${program};
  if (process.env.CALLS !== "no") restartSmall(${JSON.stringify(compiled)});
  const { pid, argv, execArgv, env } = process;
  console.log(JSON.stringify({ pid, args: argv.slice(1), options: execArgv.filter((word) => /^--(?:expose|max)/.test(word)),
    canCollect: typeof gc === "function", cache: env.NODE_COMPILE_CACHE, arenas: env.MALLOC_ARENA_MAX }));`;

interface Outcome {
  readonly pid: number;
  readonly args: readonly string[];
  readonly options: readonly string[];
  readonly canCollect: boolean;
  readonly cache?: string;
  readonly arenas?: string;
}

/** Runs the script in a shell that prints its process ID first, which the script keeps. */
function run(env: NodeJS.ProcessEnv = {}, options = ""): Outcome & { readonly startedAs: number } {
  const command = `echo $$; exec "$0" ${options} --input-type=module -e "$1" start --flag`;
  const output = execFileSync("sh", ["-c", command, process.execPath, script], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [startedAs = "", outcome = ""] = output.split("\n");
  return { startedAs: Number(startedAs), ...(JSON.parse(outcome) as Outcome) };
}

test("restarts with options for memory, as the same process with the same arguments", () => {
  const { startedAs, pid, args, options, canCollect, cache, arenas } = run();
  assert.equal(pid, startedAs);
  assert.deepEqual(args, ["start", "--flag"]);
  assert.deepEqual(options, ["--max-semi-space-size=16", "--expose-gc"]);
  assert.equal(canCollect, true);
  assert.equal(cache, compiled);
  assert.equal(arenas, "1");
  assert.equal(run({ CALLS: "no" }).canCollect, false, "control");
});

test("keeps the operator's own settings, and sets the others", () => {
  const { options, canCollect, cache, arenas } = run({}, "--max_semi_space_size=4");
  assert.deepEqual(options, ["--expose-gc", "--max_semi_space_size=4"]);
  assert.deepEqual({ canCollect, cache, arenas }, { canCollect: true, cache: compiled, arenas: "1" });
  const inVariable = run({ NODE_OPTIONS: "--max-semi-space-size=4 --expose-gc" });
  assert.deepEqual(inVariable.options, ["--expose-gc"]);
  assert.equal(inVariable.cache, compiled);
  assert.equal(run({ NODE_COMPILE_CACHE: own }).cache, own);
  assert.equal(run({ MALLOC_ARENA_MAX: "4" }).arenas, "4");
});
