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
  import { getHeapSpaceStatistics } from "node:v8";
  import { restartSmall } from ${program};
  if (process.env.CALLS !== "no") restartSmall(${JSON.stringify(compiled)});
  const kept = [];
  for (let index = 0; index < 300_000; index += 1) {
    kept.push({ index });
    if (kept.length === 100_000) kept.length = 0;
  }
  const youngMiB = getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size / 2 ** 20;
  const { pid, argv, env } = process;
  console.log(JSON.stringify({ pid, args: argv.slice(1), youngMiB, cache: env.NODE_COMPILE_CACHE,
    arenas: env.MALLOC_ARENA_MAX }));`;

interface Outcome {
  readonly pid: number;
  readonly args: readonly string[];
  readonly youngMiB: number;
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

test("restarts with a small young generation, as the same process with the same arguments", () => {
  const { startedAs, pid, args, youngMiB, cache, arenas } = run();
  assert.equal(pid, startedAs);
  assert.deepEqual(args, ["start", "--flag"]);
  assert.ok(youngMiB <= 4, `${youngMiB} MiB`);
  assert.equal(cache, compiled);
  assert.equal(arenas, "1");
  assert.ok(run({ CALLS: "no" }).youngMiB > 4, "control");
});

test("keeps the operator's own settings", () => {
  const env = { NODE_OPTIONS: "--max-semi-space-size=16", NODE_COMPILE_CACHE: own };
  const { youngMiB, cache } = run(env);
  assert.ok(youngMiB > 4, `${youngMiB} MiB`);
  assert.equal(cache, own);
  assert.ok(run({}, "--max_semi_space_size=16").youngMiB > 4);
  assert.equal(run({ NODE_COMPILE_CACHE: own }).cache, own);
  assert.equal(run({ MALLOC_ARENA_MAX: "4" }).arenas, "4");
});
