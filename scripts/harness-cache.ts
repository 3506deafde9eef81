import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Installs the harness packages that the stories need, once per clone: `.cache/harness-data` is a data folder whose
 * `harnesses/` the tests share. Returns the environment that tells the tests where it is. Throws when the install fails.
 */
export function prepareHarnesses(root: string): Record<string, string> {
  const command = join(root, "cli/src/main.ts");
  if (!existsSync(command)) return {};
  const dataDir = join(root, ".cache/harness-data");
  const { status } = spawnSync(process.execPath, [command, "harness", "install", "claudeCode"], {
    cwd: root,
    env: { ...withoutSettings(process.env), TEMBO_DATA_DIR: dataDir },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: 10 * 60_000,
  });
  if (status !== 0) throw new Error("tembo harness install claudeCode failed; its own words are above.");
  return { TEMBO_TEST_HARNESS_DIR: join(dataDir, "harnesses") };
}

/** The runner's own variables are no settings of the product, which refuses those it does not know. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("TEMBO_")));
}
