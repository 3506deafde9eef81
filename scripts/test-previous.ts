/** Runs the stories of the previous version on the schema of this one: node scripts/test-previous.ts [--help] */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addMigrations, extractVersion, migrationsFolder, previousVersion } from "./previous-version.ts";

const usage = `npm run test:previous -- [options] [STORIES ...]

  STORIES              part of the paths of the stories (e2e/src/stories/recovery e2e/src/stories/session)
  --commit COMMIT      previous version (the newest release, or the version before the newest migration)
  --migrations FOLDER  folder with the migrations of the next version (that of this version)
  --minutes N          time limit (60)`;

const root = join(import.meta.dirname, "..");
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    commit: { type: "string" },
    migrations: { type: "string", default: join(root, migrationsFolder) },
    minutes: { type: "string", default: "60" },
    help: { type: "boolean", default: false },
  },
});
const stories =
  positionals.length > 0 ? positionals : ["e2e/src/stories/recovery", "e2e/src/stories/session"];
if (options.help) console.log(usage);
else process.exitCode = (await run()) ? 0 : 1;

/** Returns true if all stories pass. */
async function run(): Promise<boolean> {
  const commit = options.commit ?? (await previousVersion(root));
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-previous-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  // Sandboxes run as other users.
  await chmod(folder, 0o755);
  await extractVersion(root, commit, folder);
  const added = await addMigrations(options.migrations, folder);
  console.log(`Previous version: ${commit}. Newer migrations: ${added.join(", ") || "none"}.`);
  if (added.length === 0) {
    console.log("There is nothing to test, because the versions have the same schema.");
    return true;
  }
  const limit = AbortSignal.timeout(Number(options.minutes) * 60_000);
  const results: [string, boolean][] = [];
  for (const part of stories) results.push([part, await runStories(folder, part, limit)]);
  for (const [part, isRight] of results) console.log(`${isRight ? "pass" : "FAIL"}  ${part}`);
  const isRight = results.every(([, isPassed]) => isPassed);
  console.log(
    isRight
      ? "The previous version works with the schema of this version."
      : "The previous version does not work with the schema of this version.",
  );
  return isRight;
}

/** Runs stories with the runner of the tree in the folder. */
async function runStories(folder: string, part: string, limit: AbortSignal): Promise<boolean> {
  if (limit.aborted) {
    console.error(`There was no time left for ${part}.`);
    return false;
  }
  const command = ["scripts/with-setup.sh", "--for-tests", "node", "scripts/test.ts", "--file", part];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn("sh", command, { cwd: folder, env, stdio: ["ignore", "inherit", "inherit"] });
  // The runner ends its tests when it receives SIGTERM.
  const stop = () => child.kill("SIGTERM");
  limit.addEventListener("abort", stop);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const [code] = await once(child, "exit");
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  limit.removeEventListener("abort", stop);
  if (limit.aborted) console.error(`The stories were stopped after ${options.minutes} minutes.`);
  return code === 0;
}
