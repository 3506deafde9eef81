/** Upgrades an earlier version with 1,000 sessions to this version: node e2e/src/upgrade/main.ts [--help] */
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultHarnesses, prepareHarnesses } from "../../../scripts/harness-cache.ts";
import { extractVersion, firstVersion } from "../../../scripts/previous-version.ts";
import { buildCommand } from "../support/index.ts";
import { builtCommandVariable } from "../support/programs/command-file.ts";
import { runUpgradeTest } from "./run.ts";

const usage = `npm run test:upgrade -- [options]

  --commit COMMIT  version to upgrade from (0.1.0)
  --sessions N     number of sessions (1000, at least 30)`;

const root = join(import.meta.dirname, "../../..");
const { values: options } = parseArgs({
  options: {
    commit: { type: "string" },
    sessions: { type: "string", default: "1000" },
    help: { type: "boolean", default: false },
  },
});
const startedAt = performance.now();
const print = (line: string) =>
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(7)} s  ${line}`);
if (options.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  const sessions = Number(options.sessions);
  if (!Number.isInteger(sessions) || sessions < 30)
    throw new Error(`--sessions ${options.sessions} is not a whole number from 30.`);
  const commit = options.commit ?? firstVersion(root);
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-earlier-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  // Sandboxes run as other users.
  await chmod(folder, 0o755);
  print(`Setting up the earlier version, ${commit} ...`);
  await extractVersion(root, commit, folder);
  const setUp = spawnSync("sh", ["scripts/with-setup.sh", "--production", "true"], {
    cwd: folder,
    stdio: "inherit",
  });
  if (setUp.status !== 0) throw new Error(`The setup of ${commit} failed; its output is above.`);
  Object.assign(process.env, prepareHarnesses(root, defaultHarnesses));
  const built = await buildCommand();
  cleanup.defer(built.remove);
  // The commands of this version are those that the packages contain.
  process.env[builtCommandVariable] = built.folder;
  await runUpgradeTest({ earlierRoot: folder, newLaunch: built.launch, sessions, print });
}
